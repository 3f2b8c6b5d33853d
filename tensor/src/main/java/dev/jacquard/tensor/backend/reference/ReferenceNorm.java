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

  @Override
  public void layerNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd) {
    standardize(x, w, b, eps, y, mean, rstd, 1);
  }

  @Override
  public void layerNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db) {
    standardizeBackward(dy, x, w, mean, rstd, dx, dw, db, 1);
  }

  @Override
  public void groupNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd) {
    standardize(x, w, b, eps, y, mean, rstd, x.shape().intDim(2));
  }

  @Override
  public void groupNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db) {
    standardizeBackward(dy, x, w, mean, rstd, dx, dw, db, x.shape().intDim(2));
  }

  /// Each weight belongs to `pixels` neighbouring elements; each mean to a run of elements.
  private static void standardize(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd,
      int pixels) {
    double[] xv = Elements.read(x);
    double[] wv = Elements.read(w);
    double[] bv = Elements.read(b);
    double[] yv = new double[xv.length];
    double[] m = new double[Math.toIntExact(mean.shape().numel())];
    double[] r = new double[m.length];
    int size = m.length == 0 ? 0 : xv.length / m.length;
    for (int run = 0; run < m.length; run++) {
      for (int i = run * size; i < (run + 1) * size; i++) {
        m[run] += xv[i] / size;
      }
      double variance = 0;
      for (int i = run * size; i < (run + 1) * size; i++) {
        variance += (xv[i] - m[run]) * (xv[i] - m[run]) / size;
      }
      r[run] = 1 / Math.sqrt(variance + eps);
      for (int i = run * size; i < (run + 1) * size; i++) {
        int c = i / pixels % wv.length;
        yv[i] = (xv[i] - m[run]) * r[run] * wv[c] + bv[c];
      }
    }
    Elements.write(yv, y);
    Elements.write(m, mean);
    Elements.write(r, rstd);
  }

  private static void standardizeBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db,
      int pixels) {
    double[] dyv = Elements.read(dy);
    double[] xv = Elements.read(x);
    double[] wv = Elements.read(w);
    double[] m = Elements.read(mean);
    double[] r = Elements.read(rstd);
    double[] dxv = new double[xv.length];
    double[] dwv = new double[wv.length];
    double[] dbv = new double[wv.length];
    int size = m.length == 0 ? 0 : xv.length / m.length;
    for (int run = 0; run < m.length; run++) {
      double shift = 0; // how much the run's mean matters
      double stretch = 0; // how much its scale does
      for (int i = run * size; i < (run + 1) * size; i++) {
        int c = i / pixels % wv.length;
        double normal = (xv[i] - m[run]) * r[run];
        dwv[c] += dyv[i] * normal;
        dbv[c] += dyv[i];
        shift += dyv[i] * wv[c] / size;
        stretch += dyv[i] * wv[c] * normal / size;
      }
      for (int i = run * size; i < (run + 1) * size; i++) {
        double normal = (xv[i] - m[run]) * r[run];
        dxv[i] = r[run] * (dyv[i] * wv[i / pixels % wv.length] - shift - normal * stretch);
      }
    }
    Elements.write(dxv, dx);
    Elements.write(dwv, dw);
    Elements.write(dbv, db);
  }
}
