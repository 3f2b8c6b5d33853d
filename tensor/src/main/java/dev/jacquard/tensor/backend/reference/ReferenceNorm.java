package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Normalisations, one row after the other.
final class ReferenceNorm implements NormKernels {
  @Override
  public void rmsNorm(TensorView x, TensorView w, float eps, TensorView y, TensorView rstd) {
    int width = x.shape().intDim(-1);
    double[] xv = Elements.read(x);
    double[] wv = Elements.read(w);
    double[] yv = new double[xv.length];
    double[] r = new double[Math.toIntExact(rstd.shape().numel())];
    for (int row = 0; row < r.length; row++) {
      int from = row * width;
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += xv[from + i] * xv[from + i];
      }
      r[row] = 1 / Math.sqrt(squares / width + eps);
      for (int i = 0; i < width; i++) {
        yv[from + i] = xv[from + i] * r[row] * wv[i];
      }
    }
    Elements.write(yv, y);
    Elements.write(r, rstd);
  }

  @Override
  public void rmsNormBackward(
      TensorView dy, TensorView x, TensorView w, TensorView rstd, TensorView dx, TensorView dw) {
    int width = x.shape().intDim(-1);
    double[] dyv = Elements.read(dy);
    double[] xv = Elements.read(x);
    double[] wv = Elements.read(w);
    double[] r = Elements.read(rstd);
    double[] dxv = new double[xv.length];
    double[] dwv = new double[width];
    for (int row = 0; row < r.length; row++) {
      int from = row * width;
      double dot = 0; // Σ dy·w·x: how much the row's scale matters
      for (int i = 0; i < width; i++) {
        dot += dyv[from + i] * wv[i] * xv[from + i];
        dwv[i] += dyv[from + i] * xv[from + i] * r[row];
      }
      for (int i = 0; i < width; i++) {
        double through = xv[from + i] * r[row] * r[row] * dot / width;
        dxv[from + i] = r[row] * (dyv[from + i] * wv[i] - through);
      }
    }
    Elements.write(dxv, dx);
    Elements.write(dwv, dw);
  }
}
