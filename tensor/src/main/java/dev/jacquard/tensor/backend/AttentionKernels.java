package dev.jacquard.tensor.backend;

import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention with grouped queries: query head `h` reads key head `h / (H / G)`.
///
/// `B` batch, `T` queries, `S` keys, `H` query heads, `G` key and value heads, `D` head size, `E`
/// size of a value. Queries, keys and values may be strided on every axis but the last. The `T x S`
/// scores never exist as a whole.
public interface AttentionKernels {
  /// `out = softmax(scale · q kᵀ + bias) v`, over the keys that the mask lets through.
  ///
  /// @param q `[B, T, H, D]`
  /// @param k `[B, S, G, D]`, f32, bf16 or f16
  /// @param v `[B, S, G, E]`, of the same type
  /// @param scale factor of the scores, usually `1 / √D`
  /// @param mask which keys a query sees
  /// @param out `[B, T, H, E]`, contiguous
  /// @param lse `[B, H, T]`, log of the sum of exponentials of each row, kept for the backward
  ///   pass; `-∞` for a query that sees nothing
  void forward(
      TensorView q,
      TensorView k,
      TensorView v,
      float scale,
      AttentionMask mask,
      TensorView out,
      TensorView lse);

  /// Gradients of [#forward].
  ///
  /// @param dOut `[B, T, H, E]`
  /// @param q `[B, T, H, D]`
  /// @param k `[B, S, G, D]`
  /// @param v `[B, S, G, E]`
  /// @param out `[B, T, H, E]`, result of the forward pass
  /// @param lse `[B, H, T]` as the forward pass left it
  /// @param scale factor of the scores
  /// @param mask which keys a query sees
  /// @param dq `[B, T, H, D]`, contiguous
  /// @param dk `[B, S, G, D]`, contiguous
  /// @param dv `[B, S, G, E]`, contiguous
  /// @param dBias `[B, H, T, S]`, contiguous, gradient of the bias for each head of each batch
  ///   entry; null if nobody wants it
  void backward(
      TensorView dOut,
      TensorView q,
      TensorView k,
      TensorView v,
      TensorView out,
      TensorView lse,
      float scale,
      AttentionMask mask,
      TensorView dq,
      TensorView dk,
      TensorView dv,
      @Nullable TensorView dBias);
}
