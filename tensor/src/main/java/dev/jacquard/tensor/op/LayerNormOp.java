package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `y = (x - mean) / sqrt(var + eps) · w + b`, mean and biased variance taken over the last axis.
///
/// Ba, Kiros & Hinton 2016 (arXiv:1607.06450), eq. 4.
public final class LayerNormOp {
  private LayerNormOp() {}

  /// Normalises each row. For a norm over several last axes, flatten them.
  ///
  /// @param x `[..., C]`, f32
  /// @param w `[C]`, or null for ones
  /// @param b `[C]`, or null for zeros
  /// @param eps added under the root
  /// @return `[..., C]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if `w` or `b` is not `[C]`
  public static Tensor apply(Tensor x, @Nullable Tensor w, @Nullable Tensor b, float eps) {
    Broadcasting.requireF32("layerNorm", "x", x);
    Shapes.requireRankAtLeast("layerNorm", "x", x.shape(), 1);
    check("layerNorm", "w", x, w, x.shape().last());
    check("layerNorm", "b", x, b, x.shape().last());
    Tensor input = x.contiguous();
    Tensor weight = weight(x, w, x.shape().last(), 1);
    Tensor bias = weight(x, b, x.shape().last(), 0);
    NormKernels kernels = x.backend().norm();
    Tensor y = Tensor.emptyLike(x); // [..., C]
    Shape rows = x.shape().dropLast();
    Tensor mean = Tensor.empty(x.backend(), rows); // [...], kept for backward
    Tensor rstd = Tensor.empty(x.backend(), rows);
    kernels.layerNorm(input, weight, bias, eps, y, mean, rstd);
    return Tape.record(
        "layerNorm",
        y,
        List.of(input, weight, bias),
        dy -> {
          Tensor dx = Tensor.emptyLike(x);
          Tensor dw = Tensor.emptyLike(weight);
          Tensor db = Tensor.emptyLike(bias);
          kernels.layerNormBackward(dy, input, weight, mean, rstd, dx, dw, db);
          return List.of(dx, dw, db);
        });
  }

  /// The weight or bias of a norm, or a constant one.
  static Tensor weight(Tensor x, @Nullable Tensor w, long channels, float constant) {
    return w == null ? Tensor.full(x.backend(), Shape.of(channels), constant) : w.contiguous();
  }

  static void check(String op, String name, Tensor x, @Nullable Tensor w, long channels) {
    if (w != null) {
      Broadcasting.requireF32(op, name, w, x);
      Shapes.require(op, name, w.shape(), channels);
    }
  }
}
