package dev.jacquard.nn.optim;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;

/// The joint L2 norm of all gradients, and the factor that clips it.
///
/// Pascanu et al. 2013 (arXiv:1211.5063), algorithm 1.
public final class GradientNorm {
  private GradientNorm() {}

  /// `√ Σ g²` over all parameters that have a gradient.
  ///
  /// @param parameters trainable tensors
  /// @param gradients their gradients
  /// @return the norm
  public static double of(Iterable<Tensor> parameters, Gradients gradients) {
    double sum = 0;
    for (Tensor parameter : parameters) {
      if (gradients.has(parameter)) {
        Tensor gradient = gradients.of(parameter);
        sum += gradient.backend().reduce().sumOfSquares(gradient);
      }
    }
    return Math.sqrt(sum);
  }

  /// Factor that brings the norm down to a limit, in PyTorch's form.
  ///
  /// @param norm what [#of] returned
  /// @param maxNorm the limit
  /// @return `min(1, maxNorm / (norm + 1e-6))`
  public static float clipFactor(double norm, double maxNorm) {
    return (float) Math.min(1, maxNorm / (norm + 1e-6));
  }
}
