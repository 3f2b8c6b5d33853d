package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
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
      int length = x.shape().intDim(axis);
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
    int length = x.shape().intDim(axis);
    return apply(x, axis, length, n -> Math.floorMod(n - shift, length));
  }

  /// Repeats the axis as a whole: `0 1 0 1`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param times how often
  /// @return the shape of `x` with the axis `times` as long
  public static Tensor tile(Tensor x, int axis, int times) {
    int length = x.shape().intDim(axis);
    return apply(x, axis, Math.multiplyExact(length, times), n -> n % length);
  }

  /// Repeats each slice of an axis: `0 0 1 1`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param times how often
  /// @return the shape of `x` with the axis `times` as long
  public static Tensor repeat(Tensor x, int axis, int times) {
    int length = x.shape().intDim(axis);
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
    int[] ids = new int[length];
    java.util.Arrays.setAll(ids, source);
    return GatherOp.slices(x, axis, Tensor.ofInts(x.backend(), Shape.of(length), ids));
  }
}
