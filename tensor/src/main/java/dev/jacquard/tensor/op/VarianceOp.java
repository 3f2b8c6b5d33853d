package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;

/// Mean and variance over axes.
public final class VarianceOp {
  private VarianceOp() {}

  /// Mean along axes, which stay with size 1.
  ///
  /// @param x any shape, f32
  /// @param axes axes to average over; negative ones count from the end
  /// @return the shape of `x` with size 1 on each of the axes
  public static Tensor mean(Tensor x, int... axes) {
    check("mean", x, axes);
    return SumOp.apply(x, axes).scale((float) (1.0 / count(x, axes)));
  }

  /// `Σ (x - mean)² / (n - correction)`, in two passes, along axes, which stay with size 1.
  ///
  /// @param x any shape, f32
  /// @param correction 1 for the unbiased estimate, 0 for the mean of the squares
  /// @param axes axes to average over; negative ones count from the end
  /// @return the shape of `x` with size 1 on each of the axes
  /// @throws ShapeException if there are not more elements than the correction
  public static Tensor apply(Tensor x, int correction, int... axes) {
    check("variance", x, axes);
    long count = count(x, axes);
    if (count <= correction) {
      throw new ShapeException(
          "variance: too few elements; %d of %s; need more than %d"
              .formatted(count, x.shape(), correction));
    }
    Tensor squares = x.sub(mean(x, axes)).map(Unary.SQUARE);
    return SumOp.apply(squares, axes).scale((float) (1.0 / (count - correction)));
  }

  private static void check(String op, Tensor x, int... axes) {
    Broadcasting.requireF32(op, "x", x);
    Shapes.requireAxes(op, "x", x.shape(), axes);
  }

  private static long count(Tensor x, int... axes) {
    long count = 1;
    for (int axis : axes) {
      count *= x.shape().dim(axis);
    }
    return count;
  }
}
