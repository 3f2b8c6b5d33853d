package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;

/// Sorting along an axis, and its first part: the `k` largest or smallest elements. The gradient
/// goes to where the elements came from.
public final class SortOp {
  private SortOp() {}

  /// Elements in order.
  ///
  /// @param values the elements
  /// @param ids where they stood along the axis, i32, same shape
  public record Sorted(Tensor values, Tensor ids) {}

  /// Sorts; equals keep their order, and NaN counts as larger than every number.
  ///
  /// @param x any shape, f32
  /// @param axis the axis to sort along; negative ones count from the end
  /// @param descending whether the largest comes first
  /// @return values and indices in the shape of `x`
  public static Sorted apply(Tensor x, int axis, boolean descending) {
    Broadcasting.requireF32("sort", "x", x);
    return first(x, x.shape().dim(Shapes.axis("sort", "x", x.shape(), axis)), axis, descending);
  }

  /// The first elements of the order that [#apply] gives.
  ///
  /// @param x any shape, f32
  /// @param k how many
  /// @param axis the axis to sort along; negative ones count from the end
  /// @param largest whether the largest are wanted, the largest first, or else the smallest
  /// @return values and indices in the shape of `x` with size `k` on the axis
  /// @throws ShapeException if the axis is shorter than `k`
  public static Sorted first(Tensor x, long k, int axis, boolean largest) {
    Broadcasting.requireF32("sort", "x", x);
    long size = x.shape().dim(Shapes.axis("sort", "x", x.shape(), axis));
    if (k < 0 || k > size) {
      throw new ShapeException(
          "sort: more elements asked for than there are; %d along axis %d of %s; need 0 to %d"
              .formatted(k, axis, x.shape(), size));
    }
    Tensor rows = x.detach().transpose(axis, -1).contiguous(); // [..., N], one axis displaced
    Tensor order = Tensor.empty(x.backend(), DType.I32, rows.shape().with(-1, k));
    x.backend()
        .sort()
        .argSort(
            rows.reshape(rows.shape().rows(), rows.shape().last()),
            largest,
            order.reshape(rows.shape().rows(), k));
    Tensor ids = order.transpose(axis, -1).contiguous();
    return new Sorted(GatherOp.apply(x, axis, ids), ids);
  }
}
