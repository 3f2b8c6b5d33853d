package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = exp(x) / Σ exp(x)` over one axis.
public final class SoftmaxOp {
  private SoftmaxOp() {}

  /// Turns logits along an axis into probabilities.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the classes; negative ones count from the end
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, int axis) {
    return Shapes.axis("softmax", "x", x.shape(), axis) == x.shape().rank() - 1
        ? apply(x)
        : apply(x.transpose(axis, -1)).transpose(axis, -1);
  }

  /// Turns rows of logits into probabilities.
  ///
  /// @param x `[..., C]`, f32
  /// @return `[..., C]`
  public static Tensor apply(Tensor x) {
    Broadcasting.requireF32("softmax", "x", x);
    Shapes.requireRankAtLeast("softmax", "x", x.shape(), 1);
    Tensor y = Tensor.emptyLike(x);
    x.backend().softmax().softmax(x.contiguous(), y);
    return Tape.record(
        "softmax",
        y,
        List.of(x),
        dy -> {
          Tensor dx = Tensor.emptyLike(x);
          x.backend().softmax().softmaxBackward(dy, y, dx);
          return List.of(dx);
        });
  }
}
