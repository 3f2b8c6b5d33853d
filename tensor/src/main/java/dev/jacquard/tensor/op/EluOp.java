package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;

/// `y = x` where `x > 0`, else `alpha · (eˣ - 1)`.
///
/// Clevert et al. 2016 (arXiv:1511.07289), eq. 15.
public final class EluOp {
  private EluOp() {}

  /// Exponential linear unit.
  ///
  /// @param x any shape, f32
  /// @param alpha minus the limit for `x` towards `-∞`
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, float alpha) {
    Broadcasting.requireF32("elu", "x", x);
    Tensor below = ClampOp.apply(x, Float.NEGATIVE_INFINITY, 0).map(Unary.EXPM1).scale(alpha);
    return WhereOp.apply(isPositive("elu", x), x, below);
  }

  /// 1 where `x > 0`, else 0.
  static Tensor isPositive(String op, Tensor x) {
    return Broadcasting.binary(op, Binary.GREATER, x, Tensor.zeros(x.backend(), Shape.of()));
  }
}
