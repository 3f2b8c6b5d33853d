package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y[n] = x[0] · x[1] · ... · x[n]` along one axis. The gradient divides by nothing, so zeros do
/// no harm.
public final class CumprodOp {
  private CumprodOp() {}

  /// Running products.
  ///
  /// @param x any shape, f32
  /// @param axis the axis along which to multiply; negative ones count from the end
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, int axis) {
    Broadcasting.requireF32("cumprod", "x", x);
    Shapes.axis("cumprod", "x", x.shape(), axis);
    Tensor input = x.contiguous();
    Tensor y = Tensor.emptyLike(input);
    Tensor zero = RecurrenceOp.constant(input, 0, axis);
    RecurrenceOp.forward(Axes.around(input, axis), zero, 1, Axes.around(y, axis));
    return Tape.record(
        "cumprod",
        y,
        List.of(input),
        dy -> List.of(RecurrenceOp.gradient(input, dy, axis).mul(RecurrenceOp.before(y, 1, axis))));
  }

  /// The product of all elements along an axis.
  ///
  /// @param x any shape, f32; at least one element along the axis
  /// @param axis the axis, which stays with size 1
  /// @return the shape of `x` with size 1 on the axis
  public static Tensor product(Tensor x, int axis) {
    Broadcasting.requireF32("product", "x", x);
    if (x.shape().dim(Shapes.axis("product", "x", x.shape(), axis)) == 0) {
      throw new ShapeException(
          "product: no factors; axis %d of x %s; need one at least".formatted(axis, x.shape()));
    }
    return apply(x, axis).narrow(axis, x.shape().dim(axis) - 1, 1);
  }
}
