package dev.jacquard.tensor.backend;

/// Rotary position embedding with half-split pairs: dimension `i` turns with `i + D/2` (Su et al.
/// 2021, arXiv:2104.09864).
public interface RotaryKernels {
  /// For position `p = from + t` and `i < D/2`: `y[i] = x[i]·cos[p,i] - x[i+D/2]·sin[p,i]`,
  /// `y[i+D/2] = x[i+D/2]·cos[p,i] + x[i]·sin[p,i]`.
  ///
  /// @param x `[B, T, H, D]`, may be strided on every axis but the last
  /// @param cos `[P, D/2]`
  /// @param sin `[P, D/2]`
  /// @param from position of the first row, `from + T <= P`
  /// @param inverse whether to turn backwards, which is the backward pass
  /// @param y `[B, T, H, D]`, contiguous
  void rotate(
      TensorView x, TensorView cos, TensorView sin, int from, boolean inverse, TensorView y);
}
