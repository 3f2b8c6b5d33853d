package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;

/// `y = x / max(‖x‖₂, eps)`, the norm taken along one axis.
public final class NormalizeOp {
  private NormalizeOp() {}

  /// Scales vectors to length 1; those shorter than `eps` are divided by it.
  ///
  /// @param x any shape, f32
  /// @param axis along which vectors lie; negative ones count from the end
  /// @param eps smallest divisor
  /// @return the shape of `x`
  /// @throws dev.jacquard.tensor.shape.ShapeException if there is no such axis
  public static Tensor apply(Tensor x, int axis, float eps) {
    Broadcasting.requireF32("normalize", "x", x);
    Shapes.axis("normalize", "x", x.shape(), axis);
    Tensor squares = SumOp.apply(x.mul(x), axis);
    // the smallest normal number keeps the root's derivative finite at 0
    Tensor norm = squares.add(scalar(x, Float.MIN_NORMAL)).map(Unary.SQRT);
    Tensor divisor = norm.sub(scalar(x, eps)).map(Unary.RELU).add(scalar(x, eps));
    return x.div(divisor);
  }

  private static Tensor scalar(Tensor x, float value) {
    return Tensor.full(x.backend(), Shape.of(), value);
  }
}
