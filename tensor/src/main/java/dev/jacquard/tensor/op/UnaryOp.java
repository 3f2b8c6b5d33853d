package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.util.List;
import java.util.Locale;

/// `y = f(x)`, element by element.
public final class UnaryOp {
  private UnaryOp() {}

  /// Applies a function to each element.
  ///
  /// @param f the function
  /// @param x any shape, f32
  /// @return the shape of `x`
  public static Tensor apply(Unary f, Tensor x) {
    Broadcasting.requireF32(f.name().toLowerCase(Locale.ROOT), "x", x);
    Tensor input = x.contiguous();
    Tensor y = Tensor.emptyLike(x);
    x.backend().elementwise().unary(f, input, y);
    return Tape.recordDerivable(
        "unary", y, List.of(input), dy -> List.of(UnaryDerivative.apply(f, dy, input, y)));
  }
}
