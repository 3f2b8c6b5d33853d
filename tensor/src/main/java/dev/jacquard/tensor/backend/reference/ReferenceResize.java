package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.AxisWeights;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ResizeKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Resizing and pooling, one output after the other.
final class ReferenceResize implements ResizeKernels {
  @Override
  public void resample(TensorView x, AxisWeights map, TensorView y) {
    double[] xv = Elements.read(x);
    double[] yv = new double[Math.toIntExact(y.shape().numel())];
    int width = x.shape().intDim(2);
    for (int i = 0; i < yv.length; i++) {
      int output = i / width % map.outputs();
      int plane = i / width / map.outputs() * map.inputs();
      for (int k = 0; k < map.taps(); k++) {
        int input = plane + map.index(output, k);
        yv[i] += map.weight(output, k) * xv[input * width + i % width];
      }
    }
    Elements.write(yv, y);
  }

  @Override
  public void maxPool(
      TensorView x, int height, int width, ConvolutionGeometry g, TensorView y, TensorView index) {
    double[] xv = Elements.read(x);
    int rows = x.shape().intDim(1);
    int columns = x.shape().intDim(2);
    double[] yv = new double[Math.toIntExact(y.shape().numel())];
    double[] positions = new double[yv.length];
    for (int i = 0; i < yv.length; i++) {
      int top = i / y.shape().intDim(2) % y.shape().intDim(1) * g.strideY() - g.top();
      int left = i % y.shape().intDim(2) * g.strideX() - g.left();
      int plane = i / y.shape().intDim(2) / y.shape().intDim(1) * rows * columns;
      int best = -1;
      for (int iy = Math.max(0, top); iy < Math.min(rows, top + height); iy++) {
        for (int ix = Math.max(0, left); ix < Math.min(columns, left + width); ix++) {
          int at = iy * columns + ix;
          if (best < 0 || xv[plane + at] > xv[plane + best] || Double.isNaN(xv[plane + at])) {
            best = at;
          }
        }
      }
      positions[i] = best;
      yv[i] = xv[plane + best];
    }
    Elements.write(yv, y);
    Elements.write(positions, index);
  }

  @Override
  public void maxPoolBackward(TensorView dy, TensorView index, TensorView dx) {
    double[] dyv = Elements.read(dy);
    int[] positions = Elements.readInts(index);
    double[] dxv = new double[Math.toIntExact(dx.shape().numel())];
    int outputs = dy.shape().intDim(1) * dy.shape().intDim(2);
    int inputs = dx.shape().intDim(1) * dx.shape().intDim(2);
    for (int i = 0; i < dyv.length; i++) {
      dxv[i / outputs * inputs + positions[i]] += dyv[i];
    }
    Elements.write(dxv, dx);
  }
}
