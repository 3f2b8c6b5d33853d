package dev.jacquard.tensor.backend;

/// Normalisations over the last axis, or over groups of channels.
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

  /// `y = (x - mean) · rstd · w + b` for each row, with `rstd = 1 / sqrt(var + eps)` and the biased
  /// variance, found in a second pass.
  ///
  /// @param x `[..., C]`
  /// @param w `[C]`
  /// @param b `[C]`
  /// @param eps added under the root
  /// @param y `[..., C]`
  /// @param mean `[...]`, kept for the backward pass
  /// @param rstd `[...]`, kept for the backward pass
  void layerNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd);

  /// Gradients of [#layerNorm].
  ///
  /// @param dy `[..., C]`
  /// @param x `[..., C]`
  /// @param w `[C]`
  /// @param mean `[...]` as the forward pass left it
  /// @param rstd `[...]` as the forward pass left it
  /// @param dx `[..., C]`
  /// @param dw `[C]`
  /// @param db `[C]`
  void layerNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db);

  /// As [#layerNorm], but each of `G` groups of neighbouring channels is normalised over all its
  /// pixels, and weights belong to channels.
  ///
  /// @param x `[B, C, N]`, `N` pixels
  /// @param w `[C]`
  /// @param b `[C]`
  /// @param eps added under the root
  /// @param y `[B, C, N]`
  /// @param mean `[B, G]`, `G` a divisor of `C`; kept for the backward pass
  /// @param rstd `[B, G]`, kept for the backward pass
  void groupNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd);

  /// Gradients of [#groupNorm].
  ///
  /// @param dy `[B, C, N]`
  /// @param x `[B, C, N]`
  /// @param w `[C]`
  /// @param mean `[B, G]` as the forward pass left it
  /// @param rstd `[B, G]` as the forward pass left it
  /// @param dx `[B, C, N]`
  /// @param dw `[C]`
  /// @param db `[C]`
  void groupNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db);
}
