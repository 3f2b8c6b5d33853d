package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.ArrayList;
import java.util.List;

/// Tensors put together.
public final class ConcatOp {
  private ConcatOp() {}

  /// Joins tensors along an axis.
  ///
  /// @param axis the axis; negative ones count from the end
  /// @param parts at least one; any type, equal shapes save for the axis
  /// @return as long along the axis as all parts together
  /// @throws ShapeException if there is no part or the shapes do not fit
  public static Tensor apply(int axis, List<Tensor> parts) {
    Tensor first = first("concat", parts);
    Shapes.axis("concat", "part", first.shape(), axis);
    long length = 0;
    for (Tensor part : parts) {
      Shapes.requireRank("concat", "part", part.shape(), first.shape().rank());
      Shapes.requireSame("concat", part.shape().with(axis, 0), first.shape().with(axis, 0));
      length += part.shape().dim(axis);
    }
    Tensor y = Tensor.empty(first.backend(), first.dtype(), first.shape().with(axis, length));
    long from = 0;
    for (Tensor part : parts) {
      y.detach().narrow(axis, from, part.shape().dim(axis)).copyFrom(part);
      from += part.shape().dim(axis);
    }
    return Tape.recordDerivable("concat", y, List.copyOf(parts), dy -> split(axis, parts, dy));
  }

  /// Joins tensors along a new axis.
  ///
  /// @param axis where the new axis stands in the result, from 0
  /// @param parts at least one; any type, equal shapes
  /// @return one axis more, as long as there are parts
  /// @throws ShapeException if there is no part or the shapes differ
  public static Tensor stack(int axis, List<Tensor> parts) {
    Tensor first = first("stack", parts);
    if (axis < 0 || axis > first.shape().rank()) {
      throw new ShapeException(
          "stack: no place for the axis; %d among those of %s; need 0 to %d"
              .formatted(axis, first.shape(), first.shape().rank()));
    }
    parts.forEach(part -> Shapes.requireSame("stack", part.shape(), first.shape()));
    List<Tensor> longer = new ArrayList<>();
    for (Tensor part : parts) {
      long[] sizes = new long[part.shape().rank() + 1];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = i == axis ? 1 : part.shape().dim(i < axis ? i : i - 1);
      }
      longer.add(part.reshape(sizes));
    }
    return apply(axis, longer);
  }

  private static Tensor first(String op, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new ShapeException(op + ": no tensors; an empty list; need one at least");
    }
    Tensor first = parts.getFirst();
    for (Tensor part : parts) {
      Shapes.requireType(op, "part", part.dtype(), first.dtype());
      Broadcasting.requireSameBackend(op, first, part);
    }
    return first;
  }

  private static List<Tensor> split(int axis, List<Tensor> parts, Tensor dy) {
    List<Tensor> gradients = new ArrayList<>();
    long from = 0;
    for (Tensor part : parts) {
      gradients.add(dy.narrow(axis, from, part.shape().dim(axis)));
      from += part.shape().dim(axis);
    }
    return gradients;
  }
}
