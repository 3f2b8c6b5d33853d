package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;

/// `y = x` where `x > 0`, else `slope · x`.
public final class LeakyReluOp {
  private LeakyReluOp() {}

  /// Rectifier that lets a part of negative elements through.
  ///
  /// @param x any shape, f32
  /// @param slope factor of negative elements
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, float slope) {
    Broadcasting.requireF32("leakyRelu", "x", x);
    return WhereOp.apply(EluOp.isPositive("leakyRelu", x), x, x.scale(slope));
  }
}
