package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// Maxima over axes. Equal maxima share the gradient evenly, as in PyTorch's `amax`.
public final class AmaxOp {
  private AmaxOp() {}

  /// Largest element along axes, which stay with size 1.
  ///
  /// @param x any shape, f32; at least one element in each group
  /// @param axes axes to compare along; negative ones count from the end
  /// @return the shape of `x` with size 1 on each of the axes
  public static Tensor apply(Tensor x, int... axes) {
    check("amax", x, axes);
    Shape shape = x.shape();
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    Tensor y = Tensor.empty(x.backend(), shape);
    x.backend().reduce().max(x, y);
    return Tape.record(
        "amax",
        y,
        List.of(x),
        dy -> {
          Tensor isMax = Broadcasting.binary("amax", Binary.EQUAL, x, y);
          Tensor count = SumOp.apply(isMax, axes);
          return List.of(isMax.mul(dy.div(count)));
        });
  }

  /// Smallest element along axes, which stay with size 1.
  ///
  /// @param x any shape, f32; at least one element in each group
  /// @param axes axes to compare along; negative ones count from the end
  /// @return the shape of `x` with size 1 on each of the axes
  public static Tensor amin(Tensor x, int... axes) {
    check("amin", x, axes);
    return apply(x.scale(-1), axes).scale(-1);
  }

  private static void check(String op, Tensor x, int... axes) {
    Broadcasting.requireF32(op, "x", x);
    for (int axis : axes) {
      if (x.shape().dim(Shapes.axis(op, "x", x.shape(), axis)) == 0) {
        throw new ShapeException(
            "%s: nothing to compare; axis %d of x %s; need one element at least"
                .formatted(op, axis, x.shape()));
      }
    }
  }
}
