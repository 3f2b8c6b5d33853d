package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import java.util.List;

/// A row-major copy.
public final class ContiguousOp {
  private ContiguousOp() {}

  /// Copies the elements into row-major order.
  ///
  /// @param x any shape, strides and type
  /// @return a new contiguous tensor
  public static Tensor apply(Tensor x) {
    Tensor y = Tensor.emptyLike(x);
    x.backend().copy().copy(x, y);
    return Tape.recordDerivable("contiguous", y, List.of(x), List::of);
  }
}
