package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import java.util.List;

/// `y = factor · x`.
public final class ScaleOp {
  private ScaleOp() {}

  /// Multiplies each element by a number.
  ///
  /// @param x any shape, f32
  /// @param factor the number
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, float factor) {
    Broadcasting.requireF32("scale", "x", x);
    Tensor y = Tensor.emptyLike(x);
    x.backend().elementwise().affine(x.contiguous(), factor, 0f, y);
    return Tape.recordDerivable("scale", y, List.of(x), dy -> List.of(dy.scale(factor)));
  }
}
