package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.util.List;

/// `y = ln(1 + eˣ)`, computed as `max(x, 0) + ln(1 + e^-|x|)`, which neither overflows nor cancels.
public final class SoftplusOp {
  private SoftplusOp() {}

  /// A smooth `max(x, 0)`. Its derivative is the sigmoid.
  ///
  /// @param x any shape, f32
  /// @return the shape of `x`
  public static Tensor apply(Tensor x) {
    Broadcasting.requireF32("softplus", "x", x);
    Tensor input = x.contiguous();
    Tensor y =
        Tape.paused(
            () ->
                input
                    .map(Unary.ABS)
                    .scale(-1)
                    .map(Unary.EXP)
                    .map(Unary.LOG1P)
                    .add(input.map(Unary.RELU)));
    return Tape.recordDerivable(
        "softplus", y, List.of(input), dy -> List.of(dy.mul(input.map(Unary.SIGMOID))));
  }
}
