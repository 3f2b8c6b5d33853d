package dev.jacquard.tensor.backend;

/// Resizing and pooling.
public interface ResizeKernels {
  /// A linear map along the middle axis: `y[a, m, :] = Σ_k weight(m, k) · x[a, index(m, k), :]`.
  ///
  /// @param x `[A, N, C]`
  /// @param map from `N` to `M`
  /// @param y `[A, M, C]`
  void resample(TensorView x, AxisWeights map, TensorView y);

  /// The largest pixel of each window; padding never counts.
  ///
  /// @param x `[A, H, W]`
  /// @param height rows of a window
  /// @param width columns of a window
  /// @param g how the window moves; dilation and groups are 1
  /// @param y `[A, P, Q]`
  /// @param index `[A, P, Q]`, i32: which pixel of its plane it was, the first of equals
  void maxPool(
      TensorView x, int height, int width, ConvolutionGeometry g, TensorView y, TensorView index);

  /// Gradient of [#maxPool].
  ///
  /// @param dy `[A, P, Q]`
  /// @param index `[A, P, Q]`, i32, as the forward pass left it
  /// @param dx `[A, H, W]`
  void maxPoolBackward(TensorView dy, TensorView index, TensorView dx);
}
