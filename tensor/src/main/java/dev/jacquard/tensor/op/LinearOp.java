package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = x · Wᵀ`, the product of a linear layer without bias.
public final class LinearOp {
  private LinearOp() {}

  /// Multiplies rows by a weight in PyTorch's order.
  ///
  /// @param x `[..., in]`, f32
  /// @param weight `[out, in]`; of any floating-point type, though only f32 gets a gradient
  /// @return `[..., out]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if `weight` is not `[out, in]`
  /// @throws dev.jacquard.tensor.shape.DTypeException if `weight` has no floating-point type, or
  ///   has another than f32 and wants a gradient
  public static Tensor apply(Tensor x, Tensor weight) {
    Shapes.requireRankAtLeast("linear", "x", x.shape(), 1);
    Shapes.requireRank("linear", "weight", weight.shape(), 2);
    Shapes.require("linear", "weight", weight.shape(), weight.shape().dim(0), x.shape().last());
    Broadcasting.requireF32("linear", "x", x);
    StoredWeights.require("linear", "weight", weight);
    Broadcasting.requireSameBackend("linear", x, weight);
    boolean stored = weight.dtype() != DType.F32;
    Tensor w = stored ? DenseRows.of(weight) : DenseRows.orColumns(weight);
    Tensor input = x.contiguous();
    Tensor y = Tensor.empty(x.backend(), x.shape().with(-1, weight.shape().dim(0)));
    Tensor rows = flatten(input.detach()); // [N, in]
    x.backend().matmul().matmul(rows, w.detach().transpose(0, 1), flatten(y), false);
    boolean deriveX = Tape.follows(input); // a constant needs no gradient
    boolean deriveW = Tape.follows(w);
    return Tape.recordDerivable(
        "linear",
        y,
        List.of(input, w),
        dy -> {
          Tensor dRows = flatten(dy); // [N, out]
          Tensor dx = deriveX ? dRows.matmul(w.to(DType.F32)).reshape(x.shape().toArray()) : input;
          Tensor dw = deriveW ? dRows.transpose(0, 1).matmul(flatten(input)) : w;
          return List.of(dx, dw);
        });
  }

  static Tensor flatten(Tensor x) {
    return x.reshape(x.shape().rows(), x.shape().last());
  }
}
