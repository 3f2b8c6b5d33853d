package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.function.IntUnaryOperator;

/// Slices of one axis in another order, some of them several times or never: `y[.., n, ..] = x[..,
/// source(n), ..]`.
public final class RearrangeOp {
  private RearrangeOp() {}

  /// Reverses axes.
  ///
  /// @param x any shape, f32
  /// @param axes axes to reverse; negative ones count from the end
  /// @return the shape of `x`
  public static Tensor flip(Tensor x, int... axes) {
    Tensor y = x;
    for (int axis : axes) {
      length("flip", x, axis);
    }
    for (int axis : axes) {
      int length = length("flip", x, axis);
      y = apply(y, axis, length, n -> length - 1 - n);
    }
    return y;
  }

  /// Shifts along an axis; what leaves at one end enters at the other.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param shift number of places towards higher indices; may be negative
  /// @return the shape of `x`
  public static Tensor roll(Tensor x, int axis, int shift) {
    int length = length("roll", x, axis);
    return apply(x, axis, length, n -> Math.floorMod(n - shift, length));
  }

  /// Repeats the axis as a whole: `0 1 0 1`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param times how often
  /// @return the shape of `x` with the axis `times` as long
  public static Tensor tile(Tensor x, int axis, int times) {
    int length = length("tile", x, axis);
    requireTimes("tile", times);
    return apply(x, axis, Math.multiplyExact(length, times), n -> n % length);
  }

  /// Repeats each slice of an axis: `0 0 1 1`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param times how often
  /// @return the shape of `x` with the axis `times` as long
  public static Tensor repeat(Tensor x, int axis, int times) {
    int length = length("repeat", x, axis);
    requireTimes("repeat", times);
    return apply(x, axis, Math.multiplyExact(length, times), n -> n / times);
  }

  /// Picks slices by a rule.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param length length of the new axis
  /// @param source for each new index the old one
  /// @return the shape of `x` with the axis of the given length
  /// @throws ShapeException if an old index is out of range
  public static Tensor apply(Tensor x, int axis, int length, IntUnaryOperator source) {
    int inputs = length("rearrange", x, axis);
    if (length < 0) {
      throw new ShapeException("rearrange: negative length; " + length + "; need 0 at least");
    }
    int[] ids = new int[length];
    java.util.Arrays.setAll(ids, source);
    for (int n = 0; n < length; n++) {
      IndexChecks.require("rearrange", "source", ids[n], inputs, n);
    }
    return GatherOp.slices(x, axis, Tensor.ofInts(x.backend(), Shape.of(length), ids));
  }

  private static int length(String op, Tensor x, int axis) {
    Broadcasting.requireF32(op, "x", x);
    return x.shape().intDim(Shapes.axis(op, "x", x.shape(), axis));
  }

  private static void requireTimes(String op, int times) {
    if (times < 0) {
      throw new ShapeException(op + ": negative number of times; " + times + "; need 0 at least");
    }
  }
}
