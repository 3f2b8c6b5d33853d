package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y = x / sqrt(mean(x²) + eps) · w`, the mean taken over the last axis.
///
/// Zhang & Sennrich 2019 (arXiv:1910.07467), eq. 4. Differs: `eps` under the root, as in Llama.
public final class RmsNormOp {
  private RmsNormOp() {}

  /// Normalises each row.
  ///
  /// @param x `[..., C]`, f32
  /// @param w `[C]`, f32
  /// @param eps added under the root
  /// @return `[..., C]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if `w` is not `[C]`
  public static Tensor apply(Tensor x, Tensor w, float eps) {
    Broadcasting.requireF32("rmsNorm", "x", x);
    Shapes.requireRankAtLeast("rmsNorm", "x", x.shape(), 1);
    LayerNormOp.check("rmsNorm", "w", x, w, x.shape().last());
    NormKernels kernels = x.backend().norm();
    Tensor input = x.contiguous();
    Tensor scale = w.contiguous();
    Tensor y = Tensor.emptyLike(x); // [..., C]
    Tensor rstd = Tensor.empty(x.backend(), x.shape().dropLast()); // [...], kept for backward
    kernels.rmsNorm(input, scale, eps, y, rstd);
    return Tape.record(
        "rmsNorm",
        y,
        List.of(input, scale),
        dy -> {
          Tensor dx = Tensor.emptyLike(x);
          Tensor dw = Tensor.emptyLike(w);
          kernels.rmsNormBackward(dy, input, scale, rstd, dx, dw);
          return List.of(dx, dw);
        });
  }
}
