package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import java.util.List;

/// `y = a · b`, element by element.
public final class MulOp {
  private MulOp() {}

  /// Computes `a · b`; axes of size 1 and missing leading axes stretch.
  ///
  /// @param a any shape, f32
  /// @param b any shape that broadcasts with `a`, f32
  /// @return the common shape
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor apply(Tensor a, Tensor b) {
    Tensor y = Broadcasting.binary("mul", Binary.MUL, a, b);
    return Tape.recordDerivable(
        "mul",
        y,
        List.of(a, b),
        dy ->
            List.of(
                Broadcasting.reduceTo(dy.mul(b), a.shape()),
                Broadcasting.reduceTo(dy.mul(a), b.shape())));
  }
}
