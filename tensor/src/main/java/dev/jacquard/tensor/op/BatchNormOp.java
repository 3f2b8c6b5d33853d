package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import org.jspecify.annotations.Nullable;

/// `y = (x - mean) / sqrt(var + eps) · w + b` by channel: in training with the mean and biased
/// variance of all pixels of the batch, in use with those that training collected.
///
/// Ioffe & Szegedy 2015 (arXiv:1502.03167), algorithms 1 and 2.
public final class BatchNormOp {
  private BatchNormOp() {}

  /// Normalises with the statistics of the batch, which gradients flow through.
  ///
  /// @param x `[B, C, ...]`, f32
  /// @param w `[C]`, or null for ones
  /// @param b `[C]`, or null for zeros
  /// @param eps added under the root
  /// @return the shape of `x`
  /// @throws ShapeException if there is nothing to take a mean of, or `w` or `b` is not `[C]`
  public static Tensor train(Tensor x, @Nullable Tensor w, @Nullable Tensor b, float eps) {
    Shape shape = x.shape();
    check(x, w, b);
    if (shape.numel() == 0) {
      throw new ShapeException("batchNorm: empty batch; x " + shape + "; need pixels");
    }
    long batch = shape.dim(0);
    long channels = shape.dim(1);
    Tensor images = x.reshape(batch, channels, shape.numel() / batch / channels);
    Tensor rows = images.transpose(0, 1).reshape(1, channels, shape.numel() / channels);
    Tensor y = GroupNormOp.apply(rows, (int) channels, w, b, eps); // [1, C, B · N]
    return y.reshape(channels, batch, -1).transpose(0, 1).reshape(shape.toArray());
  }

  /// Normalises with given statistics.
  ///
  /// @param x `[B, C, ...]`, f32
  /// @param w `[C]`, or null for ones
  /// @param b `[C]`, or null for zeros
  /// @param mean `[C]`, running mean
  /// @param variance `[C]`, running variance
  /// @param eps added under the root
  /// @return the shape of `x`
  /// @throws ShapeException if a statistic is not `[C]`
  public static Tensor infer(
      Tensor x, @Nullable Tensor w, @Nullable Tensor b, Tensor mean, Tensor variance, float eps) {
    check(x, w, b);
    long channels = x.shape().dim(1);
    LayerNormOp.check("batchNorm", "mean", x, mean, channels);
    LayerNormOp.check("batchNorm", "variance", x, variance, channels);
    Tensor weight = LayerNormOp.weight(x, w, channels, 1);
    Tensor bias = LayerNormOp.weight(x, b, channels, 0);
    Tensor root =
        variance.add(Tensor.full(x.backend(), Shape.of(channels), eps)).map(Unary.SQRT); // [C]
    Tensor factor = weight.div(root);
    Tensor centred = x.sub(byChannel(mean, x));
    return centred.mul(byChannel(factor, x)).add(byChannel(bias, x));
  }

  /// `[C]` as `[C, 1, ...]`, to broadcast with `x`.
  private static void check(Tensor x, @Nullable Tensor w, @Nullable Tensor b) {
    Broadcasting.requireF32("batchNorm", "x", x);
    Shapes.requireRankAtLeast("batchNorm", "x", x.shape(), 2);
    LayerNormOp.check("batchNorm", "w", x, w, x.shape().dim(1));
    LayerNormOp.check("batchNorm", "b", x, b, x.shape().dim(1));
  }

  private static Tensor byChannel(Tensor values, Tensor x) {
    long[] sizes = new long[x.shape().rank() - 1];
    java.util.Arrays.fill(sizes, 1);
    sizes[0] = values.shape().dim(0);
    return values.reshape(sizes);
  }
}
