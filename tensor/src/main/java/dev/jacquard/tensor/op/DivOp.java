package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import java.util.List;

/// `y = a / b`, element by element.
public final class DivOp {
  private DivOp() {}

  /// Computes `a / b`; axes of size 1 and missing leading axes stretch.
  ///
  /// @param a any shape, f32
  /// @param b any shape that broadcasts with `a`, f32
  /// @return the common shape
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor apply(Tensor a, Tensor b) {
    Tensor y = Broadcasting.binary("div", Binary.DIV, a, b);
    return Tape.recordDerivable(
        "div",
        y,
        List.of(a, b),
        dy ->
            List.of(
                Broadcasting.reduceTo(dy.div(b), a.shape()),
                Broadcasting.reduceTo(dy.mul(y).div(b).scale(-1f), b.shape())));
  }
}
