package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.LogSoftmaxOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.shape.Shape;

/// The two entropies of soft decisions `P = softmax(affinity / temperature)`, in nats.
///
/// Their difference is the loss: small entropy of each sample makes decisions clear, large entropy
/// of the average uses all codes. It lies between `-log K` (every sample certain, all codes equally
/// often) and 0 (all samples alike). Yu et al. 2023 (arXiv:2310.05737), eq. 5.
///
/// @param sample `E[H(P)]`, scalar `[]`
/// @param average `H(E[P])`, scalar `[]`
public record EntropyLoss(Tensor sample, Tensor average) {
  /// What released code adds inside the logarithm of the average, against log 0.
  public static final float EPS = 1e-5f;

  /// Measures soft decisions.
  ///
  /// @param affinity `[N, K]`, larger for nearer codes
  /// @param temperature divisor of the affinities
  /// @return both entropies, differentiable
  public static EntropyLoss of(Tensor affinity, float temperature) {
    Tensor logP = LogSoftmaxOp.apply(affinity.scale(1 / temperature), 1); // [N, K]
    Tensor p = logP.map(Unary.EXP);
    float perSample = 1f / affinity.shape().dim(0);
    Tensor sample = p.mul(logP).sum().scale(-perSample);
    Tensor mean = SumOp.apply(p, 0).scale(perSample); // [1, K]
    Tensor eps = Tensor.full(affinity.backend(), Shape.of(), EPS);
    Tensor average = mean.mul(mean.add(eps).map(Unary.LOG)).sum().scale(-1);
    return new EntropyLoss(sample, average);
  }

  /// The loss.
  ///
  /// @return `sample - average`, scalar `[]`
  public Tensor loss() {
    return sample.sub(average);
  }
}
