package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = value`, with the gradient of `x`: for steps that have no useful derivative, such as
/// rounding.
///
/// Bengio et al. 2013 (arXiv:1308.3432), section 4.
public final class StraightThroughOp {
  private StraightThroughOp() {}

  /// Returns a value and passes the gradient on to what it was made from.
  ///
  /// @param x what the gradient goes to, f32
  /// @param value the result, of the shape of `x`; no gradient flows to it
  /// @return the elements of `value`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor apply(Tensor x, Tensor value) {
    Shapes.requireType("straightThrough", "value", value.dtype(), x.dtype());
    Broadcasting.requireSameBackend("straightThrough", x, value);
    Shapes.requireSame("straightThrough", x.shape(), value.shape());
    return Tape.recordDerivable("straightThrough", value.detach(), List.of(x), List::of);
  }
}
