package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.List;

/// `y = min(max(x, low), high)`. The gradient passes where `low <= x <= high`.
public final class ClampOp {
  private ClampOp() {}

  /// Limits each element.
  ///
  /// @param x any shape, f32
  /// @param low least result; `-∞` for none
  /// @param high greatest result; `∞` for none
  /// @return the shape of `x`
  /// @throws ShapeException if `low > high`
  public static Tensor apply(Tensor x, float low, float high) {
    Broadcasting.requireF32("clamp", "x", x);
    if (!(low <= high)) {
      throw new ShapeException(
          "clamp: no range; low %s, high %s; need low <= high".formatted(low, high));
    }
    Tensor input = x.contiguous();
    Tensor y = Tensor.emptyLike(input);
    x.backend().elementwise().clamp(input, low, high, y);
    return Tape.recordDerivable(
        "clamp", y, List.of(input), dy -> List.of(inside(dy, input, low, high)));
  }

  /// `dy` where `x` is in the range, else 0.
  private static Tensor inside(Tensor dy, Tensor x, float low, float high) {
    Tensor dx = Tensor.emptyLike(dy);
    dy.backend().elementwise().clampBackward(dy, x, low, high, dx);
    return Tape.recordDerivable(
        "clampDerivative", dx, List.of(dy), g -> List.of(inside(g, x, low, high)));
  }
}
