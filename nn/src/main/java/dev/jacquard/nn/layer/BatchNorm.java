package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.BatchNormOp;
import dev.jacquard.tensor.op.VarianceOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.stream.IntStream;

/// Normalisation of each channel over the batch, with a learned gain and offset for each channel.
/// In training the mean and variance are the batch's, and running averages of them are kept; in use
/// they are the averages.
///
/// Parameters: `weight` `[C]`, starts at 1, and `bias` `[C]`, starts at 0. Buffers: `running_mean`
/// `[C]`, starts at 0; `running_var` `[C]`, of the unbiased variances, starts at 1;
/// `num_batches_tracked` `[]`, i64. Ioffe & Szegedy 2015 (arXiv:1502.03167), algorithms 1 and 2.
/// Differs: the averages are exponential, as in PyTorch, `average ← (1 - momentum) · average +
/// momentum · batch`.
public final class BatchNorm implements Module {
  /// The momentum of PyTorch.
  public static final float MOMENTUM = 0.1f;

  private final Parameters parameters;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final Tensor batches;
  private final float momentum;
  private final float eps;

  /// Builds the layer.
  ///
  /// @param p where parameters and buffers come from
  /// @param channels number of channels, `C`
  /// @param momentum weight of a batch in the averages, in `[0, 1]`
  /// @param eps added under the root
  public BatchNorm(Parameters p, int channels, float momentum, float eps) {
    Shape shape = Shape.of(channels);
    this.parameters = p;
    this.weight = p.get("weight", shape, Initializer.constant(1));
    this.bias = p.get("bias", shape, Initializer.constant(0));
    this.runningMean = p.buffer("running_mean", DType.F32, shape, 0);
    this.runningVar = p.buffer("running_var", DType.F32, shape, 1);
    this.batches = p.buffer("num_batches_tracked", DType.I64, Shape.of(), 0);
    this.momentum = momentum;
    this.eps = eps;
  }

  /// Normalises each channel.
  ///
  /// @param x `[B, C, ...]`, f32
  /// @param training whether to use the batch's statistics and to take them into the averages
  /// @return the shape of `x`
  /// @throws ShapeException if training has fewer than two values for each channel
  public Tensor forward(Tensor x, boolean training) {
    if (!training) {
      return BatchNormOp.infer(x, weight, bias, runningMean, runningVar, eps);
    }
    if (x.shape().numel() < 2 * x.shape().dim(1)) {
      throw new ShapeException(
          "batchNorm: no variance of one value; x %s; training needs two for each channel"
              .formatted(x.shape()));
    }
    Tensor y = BatchNormOp.train(x, weight, bias, eps);
    if (!Tape.isRepeating()) { // a checkpointed block runs twice, but the batch counts once
      TensorScope.run("batch norm", () -> track(x.detach()));
    }
    return y;
  }

  private void track(Tensor x) {
    int[] others = IntStream.range(0, x.shape().rank()).filter(axis -> axis != 1).toArray();
    follow(runningMean, VarianceOp.mean(x, others));
    follow(runningVar, VarianceOp.apply(x, 1, others));
    batches.backend().copy().fill(batches, (double) (batches.toLongs()[0] + 1));
  }

  private void follow(Tensor average, Tensor batch) {
    Tensor share = batch.reshape(average.shape().toArray()).scale(momentum);
    average.copyFrom(average.scale(1 - momentum).add(share));
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
