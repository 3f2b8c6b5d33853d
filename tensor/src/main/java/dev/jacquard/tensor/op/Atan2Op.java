package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.util.List;

/// The angle of a point, element by element.
public final class Atan2Op {
  private Atan2Op() {}

  /// Angle of the point with abscissa `x` and ordinate `y`; axes of size 1 and missing leading axes
  /// stretch.
  ///
  /// @param y any shape, f32
  /// @param x any shape that broadcasts with `y`, f32
  /// @return the common shape, in `[-π, π]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor apply(Tensor y, Tensor x) {
    return Tape.record(
        "atan2",
        Broadcasting.binary("atan2", Binary.ATAN2, y, x),
        List.of(y, x),
        dy -> {
          Tensor scaled =
              dy.div(y.detach().map(Unary.SQUARE).add(x.detach().map(Unary.SQUARE))); // dy / r²
          return List.of(
              Broadcasting.reduceTo(scaled.mul(x), y.shape()),
              Broadcasting.reduceTo(scaled.mul(y).scale(-1), x.shape()));
        });
  }
}
