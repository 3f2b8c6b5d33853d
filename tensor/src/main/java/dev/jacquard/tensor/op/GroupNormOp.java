package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `y = (x - mean) / sqrt(var + eps) · w + b`, mean and biased variance taken over the pixels of a
/// group of neighbouring channels of one image, `w` and `b` by channel.
///
/// Wu & He 2018 (arXiv:1803.08494), eq. 1 to 4. With one channel to a group it is instance norm
/// (Ulyanov et al. 2016, arXiv:1607.08022).
public final class GroupNormOp {
  private GroupNormOp() {}

  /// Normalises each group of each image.
  ///
  /// @param x `[B, C, ...]`, f32
  /// @param groups number of groups, a divisor of `C`
  /// @param w `[C]`, or null for ones
  /// @param b `[C]`, or null for zeros
  /// @param eps added under the root
  /// @return the shape of `x`
  /// @throws ShapeException if `C` does not divide into groups, or `w` or `b` is not `[C]`
  public static Tensor apply(
      Tensor x, int groups, @Nullable Tensor w, @Nullable Tensor b, float eps) {
    Broadcasting.requireF32("groupNorm", "x", x);
    Shapes.requireRankAtLeast("groupNorm", "x", x.shape(), 2);
    long batch = x.shape().dim(0);
    long channels = x.shape().dim(1);
    if (groups < 1 || channels % groups != 0) {
      throw new ShapeException(
          "groupNorm: channels do not divide into groups; x %s, groups %d; need a divisor of %d"
              .formatted(x.shape(), groups, channels));
    }
    LayerNormOp.check("groupNorm", "w", x, w, channels);
    LayerNormOp.check("groupNorm", "b", x, b, channels);
    Tensor weight = LayerNormOp.weight(x, w, channels, 1);
    Tensor bias = LayerNormOp.weight(x, b, channels, 0);
    if (x.shape().numel() == 0) {
      return x;
    }
    long pixels = x.shape().numel() / batch / channels;
    Tensor input = x.reshape(batch, channels, pixels);
    return normalise(input, groups, weight, bias, eps).reshape(x.shape().toArray());
  }

  /// As [#apply] for `x` `[B, C, N]`.
  private static Tensor normalise(Tensor x, int groups, Tensor w, Tensor b, float eps) {
    NormKernels kernels = x.backend().norm();
    Shape runs = Shape.of(x.shape().dim(0), groups);
    Tensor y = Tensor.emptyLike(x);
    Tensor mean = Tensor.empty(x.backend(), runs); // [B, G], kept for backward
    Tensor rstd = Tensor.empty(x.backend(), runs);
    kernels.groupNorm(x, w, b, eps, y, mean, rstd);
    return Tape.record(
        "groupNorm",
        y,
        List.of(x, w, b),
        dy -> {
          Tensor dx = Tensor.emptyLike(x);
          Tensor dw = Tensor.emptyLike(w);
          Tensor db = Tensor.emptyLike(b);
          kernels.groupNormBackward(dy, x, w, mean, rstd, dx, dw, db);
          return List.of(dx, dw, db);
        });
  }
}
