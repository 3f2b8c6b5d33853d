package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// Sum over axes.
public final class SumOp {
  private SumOp() {}

  /// Adds up along axes, which stay with size 1.
  ///
  /// @param x any shape, f32
  /// @param axes axes to add up; negative ones count from the end
  /// @return the shape of `x` with size 1 on each of the axes
  public static Tensor apply(Tensor x, int... axes) {
    Broadcasting.requireF32("sum", "x", x);
    Shapes.requireAxes("sum", "x", x.shape(), axes);
    Shape shape = x.shape();
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    Tensor y = Tensor.empty(x.backend(), shape);
    x.backend().reduce().sum(x, y);
    return Tape.recordDerivable(
        "sum", y, List.of(x), dy -> List.of(ExpandOp.apply(dy, x.shape().toArray()).contiguous()));
  }
}
