package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.SoftmaxKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Softmax and cross-entropy, one row after the other.
final class ReferenceSoftmax implements SoftmaxKernels {
  @Override
  public void softmax(TensorView x, TensorView y) {
    int width = x.shape().intDim(-1);
    double[] v = Elements.read(x);
    for (int from = 0; from < v.length; from += width) {
      double max = max(v, from, width);
      double sum = 0;
      for (int i = from; i < from + width; i++) {
        v[i] = max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(v[i] - max);
        sum += v[i];
      }
      for (int i = from; i < from + width && sum != 0; i++) {
        v[i] /= sum;
      }
    }
    Elements.write(v, y);
  }

  @Override
  public void softmaxBackward(TensorView dy, TensorView y, TensorView dx) {
    int width = y.shape().intDim(-1);
    double[] dyv = Elements.read(dy);
    double[] yv = Elements.read(y);
    double[] dxv = new double[yv.length];
    for (int from = 0; from < yv.length; from += width) {
      double dot = 0;
      for (int i = from; i < from + width; i++) {
        dot += dyv[i] * yv[i];
      }
      for (int i = from; i < from + width; i++) {
        dxv[i] = yv[i] * (dyv[i] - dot);
      }
    }
    Elements.write(dxv, dx);
  }

  @Override
  public void logSumExp(TensorView x, TensorView lse) {
    int width = x.shape().intDim(-1);
    double[] v = Elements.read(x);
    double[] lses = new double[Math.toIntExact(lse.shape().numel())];
    for (int row = 0; row < lses.length; row++) {
      lses[row] = logSumExp(v, row * width, width);
    }
    Elements.write(lses, lse);
  }

  @Override
  public void crossEntropy(
      TensorView logits, TensorView labels, int ignore, TensorView loss, TensorView lse) {
    int width = logits.shape().intDim(-1);
    double[] x = Elements.read(logits);
    int[] label = Elements.readInts(labels);
    double[] losses = new double[label.length];
    double[] lses = new double[label.length];
    for (int row = 0; row < label.length; row++) {
      lses[row] = logSumExp(x, row * width, width);
      losses[row] = label[row] == ignore ? 0 : lses[row] - x[row * width + label[row]];
    }
    Elements.write(losses, loss);
    Elements.write(lses, lse);
  }

  @Override
  public void crossEntropyBackward(
      float scale,
      TensorView logits,
      TensorView labels,
      int ignore,
      TensorView lse,
      TensorView dLogits) {
    int width = logits.shape().intDim(-1);
    double[] x = Elements.read(logits);
    int[] label = Elements.readInts(labels);
    double[] lses = Elements.read(lse);
    double[] dx = new double[x.length];
    for (int row = 0; row < label.length; row++) {
      if (label[row] != ignore) {
        int from = row * width;
        for (int i = 0; i < width; i++) {
          double target = i == label[row] ? 1 : 0;
          dx[from + i] = scale * (Math.exp(x[from + i] - lses[row]) - target);
        }
      }
    }
    Elements.write(dx, dLogits);
  }

  /// `log Σ exp(x)` over one row, safe from overflow; `-∞` for a row of only `-∞`.
  private static double logSumExp(double[] x, int from, int width) {
    double max = max(x, from, width);
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (int i = from; i < from + width; i++) {
      sum += Math.exp(x[i] - max);
    }
    return max + Math.log(sum);
  }

  /// Largest element of one row; `-∞` if there is none.
  private static double max(double[] x, int from, int width) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + width; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }
}
