package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;

/// Where the largest element along an axis stands.
public final class ArgMaxOp {
  private ArgMaxOp() {}

  /// Index of the largest element, the first of equals. NaN counts as larger than every number.
  ///
  /// @param x any shape, f32
  /// @param axis the axis to compare along, with at least one element; negative ones count from the
  ///   end
  /// @return the shape of `x` without the axis, i32; not differentiable
  /// @throws ShapeException if the axis has no element
  public static Tensor apply(Tensor x, int axis) {
    check("argMax", x, axis);
    Tensor rows = x.detach().transpose(axis, -1).contiguous(); // [..., N], one axis displaced
    Tensor ids = Tensor.empty(x.backend(), DType.I32, rows.shape().with(-1, 1));
    x.backend().sort().argMax(rows.reshape(rows.shape().rows(), rows.shape().last()), ids);
    return ids.transpose(axis, -1).reshape(Axes.without(x.shape(), axis).toArray());
  }

  /// Index of the smallest element, the first of equals.
  ///
  /// @param x any shape, f32
  /// @param axis the axis to compare along, with at least one element; negative ones count from the
  ///   end
  /// @return the shape of `x` without the axis, i32; not differentiable
  /// @throws ShapeException if the axis has no element
  public static Tensor argMin(Tensor x, int axis) {
    check("argMin", x, axis);
    return apply(x.detach().scale(-1), axis);
  }

  private static void check(String op, Tensor x, int axis) {
    Broadcasting.requireF32(op, "x", x);
    if (x.shape().dim(Shapes.axis(op, "x", x.shape(), axis)) == 0) {
      throw new ShapeException(
          "%s: nothing to compare; axis %d of x %s; need one element at least"
              .formatted(op, axis, x.shape()));
    }
  }
}
