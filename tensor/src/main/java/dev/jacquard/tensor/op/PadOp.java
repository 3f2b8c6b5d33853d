package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// More elements at the ends of an axis, or fewer.
public final class PadOp {
  private PadOp() {}

  /// Adds elements of one value, or cuts elements off.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param before how many to add in front; negative to cut
  /// @param after how many to add behind; negative to cut
  /// @param value the added elements
  /// @return the shape of `x` with the axis longer or shorter
  /// @throws ShapeException if more is cut than there is
  public static Tensor constant(Tensor x, int axis, long before, long after, float value) {
    Broadcasting.requireF32("pad", "x", x);
    long from = Math.max(0, -before);
    long length =
        x.shape().dim(Shapes.axis("pad", "x", x.shape(), axis)) - from - Math.max(0, -after);
    if (length < 0) {
      throw new ShapeException(
          "pad: more is cut than there is; %d in front and %d behind axis %d of %s; need less"
              .formatted(before, after, axis, x.shape()));
    }
    Tensor kept = from == 0 && length == x.shape().dim(axis) ? x : x.narrow(axis, from, length);
    if (before <= 0 && after <= 0) {
      return kept;
    }
    long start = Math.max(0, before);
    Shape shape = x.shape().with(axis, start + length + Math.max(0, after));
    Tensor y = Tensor.full(x.backend(), shape, value);
    y.narrow(axis, start, length).copyFrom(kept.detach());
    return Tape.recordDerivable(
        "pad", y, List.of(kept), dy -> List.of(dy.narrow(axis, start, length)));
  }

  /// Mirrors the axis at its ends: `2 1 [0 1 2 3] 2 1`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis; negative ones count from the end
  /// @param before how many to add in front, less than the axis is long
  /// @param after how many to add behind, less than the axis is long
  /// @return the shape of `x` with the axis longer
  /// @throws ShapeException if more is added than there is to mirror
  public static Tensor reflect(Tensor x, int axis, int before, int after) {
    Broadcasting.requireF32("pad", "x", x);
    int length = x.shape().intDim(Shapes.axis("pad", "x", x.shape(), axis));
    if (before >= length || after >= length || before < 0 || after < 0) {
      throw new ShapeException(
          "pad: nothing to mirror; %d in front and %d behind axis %d of %s; need 0 to %d"
              .formatted(before, after, axis, x.shape(), length - 1));
    }
    return RearrangeOp.apply(
        x,
        axis,
        before + length + after,
        n -> {
          int at = Math.abs(n - before);
          return at < length ? at : 2 * (length - 1) - at;
        });
  }

  /// Repeats the ends of the axis: `0 0 [0 1 2 3] 3 3`.
  ///
  /// @param x any shape, f32
  /// @param axis the axis, not empty; negative ones count from the end
  /// @param before how many to add in front
  /// @param after how many to add behind
  /// @return the shape of `x` with the axis longer
  public static Tensor replicate(Tensor x, int axis, int before, int after) {
    Broadcasting.requireF32("pad", "x", x);
    int length = x.shape().intDim(Shapes.axis("pad", "x", x.shape(), axis));
    if (before < 0 || after < 0 || length < 1) {
      throw new ShapeException(
          "pad: nothing to repeat; %d in front and %d behind axis %d of %s; need 0 at least"
              .formatted(before, after, axis, x.shape()));
    }
    return RearrangeOp.apply(
        x, axis, before + length + after, n -> Math.clamp(n - before, 0, length - 1));
  }
}
