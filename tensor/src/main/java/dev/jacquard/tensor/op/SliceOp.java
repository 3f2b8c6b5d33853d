package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/// Every `step`-th index of a range of an axis.
public final class SliceOp {
  private SliceOp() {}

  /// Selects indices `from, from + step, ...` below `to`.
  ///
  /// @param x any shape, f32
  /// @param axis an axis; negative ones count from the end
  /// @param from first index
  /// @param to end of the range, itself outside
  /// @param step distance, at least 1
  /// @return a view
  /// @throws ShapeException if the range leaves the axis
  public static Tensor apply(Tensor x, int axis, long from, long to, long step) {
    long size = x.shape().dim(Shapes.axis("slice", "x", x.shape(), axis));
    if (from < 0 || to < from || to > size || step < 1) {
      throw new ShapeException(
          "slice: range leaves the axis; [%d, %d) in steps of %d on axis %d of %s; need 0 to %d"
              .formatted(from, to, step, axis, x.shape(), size));
    }
    return Tape.record(
        "slice",
        view(x, axis, from, to, step),
        List.of(x),
        dy -> {
          Tensor dx = Tensor.zeros(x.backend(), x.shape());
          view(dx, axis, from, to, step).copyFrom(dy);
          return List.of(dx);
        });
  }

  /// One index of an axis, which goes away.
  ///
  /// @param x any shape, f32
  /// @param axis an axis; negative ones count from the end
  /// @param index which; negative ones count from the end
  /// @return the shape of `x` without the axis
  /// @throws ShapeException if there is no such index
  public static Tensor select(Tensor x, int axis, long index) {
    long size = x.shape().dim(Shapes.axis("select", "x", x.shape(), axis));
    if (index < -size || index >= size) {
      throw new ShapeException(
          "select: index leaves the axis; %d of axis %d of %s; need %d to %d"
              .formatted(index, axis, x.shape(), -size, size - 1));
    }
    long at = index < 0 ? index + size : index;
    return x.narrow(axis, at, 1).reshape(Axes.without(x.shape(), axis).toArray());
  }

  /// Cuts an axis into parts.
  ///
  /// @param x any shape, f32
  /// @param axis an axis; negative ones count from the end
  /// @param lengths of the parts, which add up to that of the axis
  /// @return views
  /// @throws ShapeException if the lengths do not add up
  public static List<Tensor> split(Tensor x, int axis, long... lengths) {
    long size = x.shape().dim(Shapes.axis("split", "x", x.shape(), axis));
    if (LongStream.of(lengths).anyMatch(length -> length < 0)
        || LongStream.of(lengths).sum() != size) {
      throw new ShapeException(
          "split: lengths do not add up; %s on axis %d of %s; need a sum of %d"
              .formatted(Arrays.toString(lengths), axis, x.shape(), size));
    }
    List<Tensor> parts = new ArrayList<>();
    long from = 0;
    for (long length : lengths) {
      parts.add(x.narrow(axis, from, length));
      from += length;
    }
    return parts;
  }

  private static Tensor view(Tensor x, int axis, long from, long to, long step) {
    int chosen = x.shape().axis(axis);
    long[] strides = new long[x.shape().rank()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = i == chosen ? step * x.stride(i) : x.stride(i);
    }
    long length = (to - from + step - 1) / step;
    return x.strided(from * x.stride(axis), x.shape().with(axis, length), strides);
  }
}
