package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y[n] = x[0] + x[1] + ... + x[n]` along one axis.
public final class CumsumOp {
  private CumsumOp() {}

  /// Running sums.
  ///
  /// @param x any shape, f32
  /// @param axis the axis along which to add; negative ones count from the end
  /// @return the shape of `x`
  public static Tensor apply(Tensor x, int axis) {
    Broadcasting.requireF32("cumsum", "x", x);
    Shapes.axis("cumsum", "x", x.shape(), axis);
    Tensor input = x.contiguous();
    return Tape.record(
        "cumsum", sums(input, axis, false), List.of(input), dy -> List.of(sums(dy, axis, true)));
  }

  private static Tensor sums(Tensor x, int axis, boolean reverse) {
    Tensor y = Tensor.emptyLike(x);
    Tensor one = RecurrenceOp.constant(x, 1, axis);
    x.backend().scan().recurrence(one, Axes.around(x, axis), 0, reverse, Axes.around(y, axis));
    return y;
  }
}
