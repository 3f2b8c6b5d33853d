package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.ReduceKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/// Reductions: every element of `x` in row-major order is folded into its element of `y`.
final class ReferenceReduce implements ReduceKernels {
  @Override
  public void sum(TensorView x, TensorView y) {
    reduce(x, y, 0, Double::sum);
  }

  @Override
  public void max(TensorView x, TensorView y) {
    reduce(x, y, Double.NEGATIVE_INFINITY, Math::max);
  }

  @Override
  public double sumOfSquares(TensorView x) {
    double sum = 0;
    for (double value : Elements.read(x)) {
      sum += value * value;
    }
    return sum;
  }

  private static void reduce(TensorView x, TensorView y, double start, DoubleBinaryOperator fold) {
    double[] xv = Elements.read(x);
    double[] yv = new double[Math.toIntExact(y.shape().numel())];
    Arrays.fill(yv, start);
    for (int n = 0; n < xv.length; n++) {
      int target = target(n, x, y);
      yv[target] = fold.applyAsDouble(yv[target], xv[n]);
    }
    Elements.write(yv, y);
  }

  /// Number of the element of `y` to which element number `n` of `x` belongs.
  private static int target(int n, TensorView x, TensorView y) {
    long target = 0;
    long stride = 1;
    long rest = n;
    for (int axis = x.shape().rank() - 1; axis >= 0; axis--) {
      long index = rest % x.shape().dim(axis);
      rest /= x.shape().dim(axis);
      if (y.shape().dim(axis) != 1) {
        target += index * stride;
        stride *= y.shape().dim(axis);
      }
    }
    return (int) target;
  }
}
