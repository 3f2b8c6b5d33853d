package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import java.util.List;

/// `y = exp(x) / Σ exp(x)` over the last axis.
public final class SoftmaxOp {
  private SoftmaxOp() {}

  /// Turns rows of logits into probabilities.
  ///
  /// @param x `[..., C]`, f32
  /// @return `[..., C]`
  public static Tensor apply(Tensor x) {
    Broadcasting.requireF32("softmax", "x", x);
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
