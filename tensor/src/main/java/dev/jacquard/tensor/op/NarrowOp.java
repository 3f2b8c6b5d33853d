package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
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
    check("narrow", x, axis, from, length);
    long behind = x.shape().dim(axis) - from - length;
    return Tape.recordDerivable(
        "narrow",
        view(x, axis, from, length),
        List.of(x),
        dy -> List.of(PadOp.constant(dy, axis, from, behind, 0)));
  }

  static void check(String op, Tensor x, int axis, long from, long length) {
    long size = x.shape().dim(Shapes.axis(op, "x", x.shape(), axis));
    if (from < 0 || length < 0 || from > size - length) {
      throw new ShapeException(
          "%s: range leaves the axis; [%d, %d) of axis %d of %s; need 0 to %d"
              .formatted(op, from, from + length, axis, x.shape(), size));
    }
  }

  private static Tensor view(Tensor x, int axis, long from, long length) {
    long[] strides = new long[x.shape().rank()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = x.stride(i);
    }
    return x.strided(from * x.stride(axis), x.shape().with(axis, length), strides);
  }
}
