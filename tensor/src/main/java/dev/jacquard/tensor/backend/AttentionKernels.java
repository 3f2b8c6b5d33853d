package dev.jacquard.tensor.backend;

/// Scaled dot-product attention with grouped queries: query head `h` reads key head `h / (H / G)`.
///
/// `B` batch, `T` queries, `S >= T` keys, `H` query heads, `G` key and value heads, `D` head size.
/// Query `t` stands at position `S - T + t`, so a cache prefix needs no argument of its own; with
/// `causal` it sees keys `0 .. S - T + t`. Queries, keys and values may be strided on every axis
/// but the last. The `T x S` scores never exist as a whole.
public interface AttentionKernels {
  /// `out = softmax(scale · q kᵀ) v`.
  ///
  /// @param q `[B, T, H, D]`
  /// @param k `[B, S, G, D]`
  /// @param v `[B, S, G, D]`
  /// @param scale factor of the scores, usually `1 / √D`
  /// @param causal whether later keys are hidden
  /// @param out `[B, T, H, D]`, contiguous
  /// @param lse `[B, H, T]`, log of the sum of exponentials of each row, kept for the backward pass
  void forward(
      TensorView q,
      TensorView k,
      TensorView v,
      float scale,
      boolean causal,
      TensorView out,
      TensorView lse);

  /// Gradients of [#forward].
  ///
  /// @param dOut `[B, T, H, D]`
  /// @param q `[B, T, H, D]`
  /// @param k `[B, S, G, D]`
  /// @param v `[B, S, G, D]`
  /// @param out `[B, T, H, D]`, result of the forward pass
  /// @param lse `[B, H, T]` as the forward pass left it
  /// @param scale factor of the scores
  /// @param causal whether later keys are hidden
  /// @param dq `[B, T, H, D]`, contiguous
  /// @param dk `[B, S, G, D]`, contiguous
  /// @param dv `[B, S, G, D]`, contiguous
  void backward(
      TensorView dOut,
      TensorView q,
      TensorView k,
      TensorView v,
      TensorView out,
      TensorView lse,
      float scale,
      boolean causal,
      TensorView dq,
      TensorView dk,
      TensorView dv);
}
