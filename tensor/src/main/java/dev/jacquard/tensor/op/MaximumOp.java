package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import java.util.List;

/// `max(a, b)` and `min(a, b)`, element by element. Where both are equal, each gets half of the
/// gradient, as in PyTorch.
public final class MaximumOp {
  private MaximumOp() {}

  /// The larger of two; axes of size 1 and missing leading axes stretch.
  ///
  /// @param a any shape, f32
  /// @param b any shape that broadcasts with `a`, f32
  /// @return the common shape
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor apply(Tensor a, Tensor b) {
    return apply("maximum", Binary.MAX, a, b, a, b);
  }

  /// The smaller of two; axes of size 1 and missing leading axes stretch.
  ///
  /// @param a any shape, f32
  /// @param b any shape that broadcasts with `a`, f32
  /// @return the common shape
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes do not broadcast
  public static Tensor minimum(Tensor a, Tensor b) {
    return apply("minimum", Binary.MIN, a, b, b, a);
  }

  /// `a` is the result where `above > below`.
  private static Tensor apply(String op, Binary f, Tensor a, Tensor b, Tensor above, Tensor below) {
    return Tape.record(
        op,
        Broadcasting.binary(op, f, a, b),
        List.of(a, b),
        dy -> {
          Tensor wins = Broadcasting.binary(op, Binary.GREATER, above, below);
          Tensor ties = Broadcasting.binary(op, Binary.EQUAL, above, below);
          Tensor da = dy.mul(wins.add(ties.scale(0.5f)));
          return List.of(
              Broadcasting.reduceTo(da, a.shape()), Broadcasting.reduceTo(dy.sub(da), b.shape()));
        });
  }
}
