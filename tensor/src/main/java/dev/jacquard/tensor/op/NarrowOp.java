package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.List;

/// A range of one axis.
public final class NarrowOp {
  private NarrowOp() {}

  /// Selects neighbouring indices of an axis.
  ///
  /// @param x any shape and type
  /// @param axis an axis; negative ones count from the end
  /// @param from first index
  /// @param length number of indices
  /// @return a view
  /// @throws ShapeException if the range leaves the axis
  public static Tensor apply(Tensor x, int axis, long from, long length) {
    if (from < 0 || length < 0 || from + length > x.shape().dim(axis)) {
      throw new ShapeException(
          "narrow: range leaves the axis; [%d, %d) of axis %d of %s"
              .formatted(from, from + length, axis, x.shape()));
    }
    long behind = x.shape().dim(axis) - from - length;
    return Tape.recordDerivable(
        "narrow",
        view(x, axis, from, length),
        List.of(x),
        dy -> List.of(PadOp.constant(dy, axis, from, behind, 0)));
  }

  private static Tensor view(Tensor x, int axis, long from, long length) {
    long[] strides = new long[x.shape().rank()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = x.stride(i);
    }
    return x.strided(from * x.stride(axis), x.shape().with(axis, length), strides);
  }
}
