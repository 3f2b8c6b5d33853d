package dev.jacquard.tensor.backend;

/// Scans: results in which each element depends on the one before.
public interface ScanKernels {
  /// The first-order linear recurrence `y[o, n, i] = a[o, n, i] · y[o, n-1, i] + b[o, n, i]`,
  /// starting from `y[o, -1, i] = initial`.
  ///
  /// With `a = 1` it is a cumulative sum, with `b = 0` and `initial = 1` a cumulative product.
  /// Inputs may be strided; a constant has stride 0 on every axis.
  ///
  /// @param a `[O, N, I]`
  /// @param b `[O, N, I]`
  /// @param initial what stands before the first element
  /// @param reverse whether to run from the last element to the first: `y[n]` depends on `y[n+1]`
  /// @param y `[O, N, I]`, contiguous
  void recurrence(TensorView a, TensorView b, float initial, boolean reverse, TensorView y);
}
