package dev.jacquard.nn.loss;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.ClampOp;
import dev.jacquard.tensor.op.SoftplusOp;
import dev.jacquard.tensor.shape.Shapes;

/// Losses between probabilities, in nats.
public final class ProbabilityLosses {
  private ProbabilityLosses() {}

  /// Binary cross-entropy `-y log s - (1 - y) log(1 - s)` with `s = sigmoid(x)`, the mean over all
  /// elements. Computed as `log(1 + eˣ) - x·y`.
  ///
  /// @param x logits, any shape, f32
  /// @param y probabilities in `[0, 1]`, same shape
  /// @return scalar `[]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor binary(Tensor x, Tensor y) {
    Shapes.requireSame("binaryCrossEntropy", x.shape(), y.shape());
    return SoftplusOp.apply(x).sub(x.mul(y)).mean();
  }

  /// Kullback-Leibler divergence `Σ y (log y - log p)` of the rows, the mean over the rows. No
  /// gradient flows to `y`.
  ///
  /// @param logP `[N, V]`, logarithms of the model's probabilities, f32
  /// @param y `[N, V]`, the probabilities to be met
  /// @return scalar `[]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if the shapes differ
  public static Tensor divergence(Tensor logP, Tensor y) {
    Shapes.requireSame("divergence", logP.shape(), y.shape());
    Tensor target = y.detach();
    // 0 log 0 counts as 0
    Tensor logTarget =
        ClampOp.apply(target, Float.MIN_NORMAL, Float.POSITIVE_INFINITY).map(Unary.LOG);
    return logTarget.sub(logP).mul(target).sum().scale(1f / logP.shape().dim(0));
  }
}
