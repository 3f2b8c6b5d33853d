package dev.jacquard.tensor.backend;

/// Normalisations over the last axis.
public interface NormKernels {
  /// `y = x · rstd · w` with `rstd = 1 / sqrt(mean(x²) + eps)`.
  ///
  /// @param x `[..., C]`
  /// @param w `[C]`
  /// @param eps added under the root
  /// @param y `[..., C]`
  /// @param rstd `[...]`, kept for the backward pass
  void rmsNorm(TensorView x, TensorView w, float eps, TensorView y, TensorView rstd);

  /// Gradients of [#rmsNorm].
  ///
  /// @param dy `[..., C]`
  /// @param x `[..., C]`
  /// @param w `[C]`
  /// @param rstd `[...]` as the forward pass left it
  /// @param dx `[..., C]`
  /// @param dw `[C]`
  void rmsNormBackward(
      TensorView dy, TensorView x, TensorView w, TensorView rstd, TensorView dx, TensorView dw);
}
