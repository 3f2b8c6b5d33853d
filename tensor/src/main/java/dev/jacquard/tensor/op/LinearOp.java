package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.MatmulKernels;
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
    Shapes.requireRank("linear", "weight", weight.shape(), 2);
    Shapes.require("linear", "weight", weight.shape(), weight.shape().dim(0), x.shape().last());
    Broadcasting.requireF32("linear", "x", x);
    StoredWeights.require("linear", "weight", weight);
    Broadcasting.requireSameBackend("linear", x, weight);
    MatmulKernels kernels = x.backend().matmul();
    boolean stored = weight.dtype() != DType.F32;
    Tensor w = stored ? DenseRows.of(weight) : DenseRows.orColumns(weight);
    Tensor rows = flatten(x.detach().contiguous()); // [N, in]
    Tensor y = Tensor.empty(x.backend(), x.shape().with(-1, weight.shape().dim(0)));
    kernels.matmul(rows, w.detach().transpose(0, 1), flatten(y), false);
    if (stored) {
      return Tape.record("linear", y, List.of(x), dy -> List.of(timesStored(dy, w)));
    }
    return Tape.record(
        "linear",
        y,
        List.of(x, w),
        dy -> {
          Tensor dRows = flatten(dy); // [N, out]
          Tensor dx = Tensor.emptyLike(x);
          Tensor dWeight = Tensor.emptyLike(weight);
          kernels.matmul(dRows, w, flatten(dx), false);
          kernels.matmul(dRows.transpose(0, 1), rows, dWeight, false);
          return List.of(dx, dWeight);
        });
  }

  /// `dy · W`, for what comes before a frozen layer.
  private static Tensor timesStored(Tensor dy, Tensor weight) {
    Tensor dx = Tensor.empty(dy.backend(), dy.shape().with(-1, weight.shape().last()));
    dy.backend().matmul().matmul(flatten(dy), weight.to(DType.F32), flatten(dx), false);
    return dx;
  }

  private static Tensor flatten(Tensor x) {
    return x.reshape(x.shape().rows(), x.shape().last());
  }
}
