package dev.jacquard.tensor.backend;

/// Parameter updates, in place.
public interface OptimizerKernels {
  /// The numbers of one AdamW step.
  ///
  /// @param learningRate step size
  /// @param beta1 decay of the first moment
  /// @param beta2 decay of the second moment
  /// @param eps added to the root of the second moment
  /// @param weightDecay decoupled decay: `p -= learningRate · weightDecay · p` before the update
  /// @param step number of this step, from 1, for the bias correction
  /// @param gradientScale factor applied to the gradient first: clipping
  record AdamWStep(
      float learningRate,
      float beta1,
      float beta2,
      float eps,
      float weightDecay,
      long step,
      float gradientScale) {}

  /// One step of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101, alg. 2) in PyTorch's form: `m =
  /// β₁m + (1-β₁)g`, `v = β₂v + (1-β₂)g²`, `p -= lr/(1-β₁ᵗ) · m / (√v/√(1-β₂ᵗ) + eps)`.
  ///
  /// @param p parameter, updated
  /// @param g its gradient
  /// @param m first moment, updated
  /// @param v second moment, updated
  /// @param step the numbers of this step
  void adamW(TensorView p, TensorView g, TensorView m, TensorView v, AdamWStep step);
}
