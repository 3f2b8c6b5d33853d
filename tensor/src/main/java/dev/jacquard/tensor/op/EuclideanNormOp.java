package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = √ Σ x²` over axes. Its gradient at 0 is 0.
public final class EuclideanNormOp {
  private EuclideanNormOp() {}

  /// Length of vectors along axes, which stay with size 1.
  ///
  /// @param x any shape, f32
  /// @param axes axes to add up along; negative ones count from the end
  /// @return the shape of `x` with size 1 on each of the axes
  public static Tensor apply(Tensor x, int... axes) {
    Broadcasting.requireF32("euclideanNorm", "x", x);
    Shapes.requireAxes("euclideanNorm", "x", x.shape(), axes);
    Tensor input = x.detach();
    Tensor y = SumOp.apply(input.map(Unary.SQUARE), axes).map(Unary.SQRT);
    Tensor zero = Tensor.zeros(x.backend(), Shape.of());
    return Tape.record(
        "euclideanNorm",
        y,
        List.of(x),
        dy -> {
          Tensor isZero = Broadcasting.binary("euclideanNorm", Binary.EQUAL, y, zero);
          return List.of(WhereOp.select(isZero, zero, input.mul(dy.div(y))));
        });
  }
}
