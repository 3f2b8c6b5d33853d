package dev.jacquard.tensor.backend;

import dev.jacquard.tensor.memory.Storage;

/// Matrix products.
public interface MatmulKernels {
  /// `c = a · b`, or `c += a · b`, for each matrix of the leading axes.
  ///
  /// `a` and `b` may be strided: transposed (either of the last two strides is 1), with any strides
  /// on the leading axes, 0 where a matrix is shared. `c` is contiguous.
  ///
  /// `b` may be a stored weight, of any floating-point type, if it has no leading axes and its
  /// columns are contiguous: the transpose of a weight `[N, K]`. The result is that of its numbers
  /// as f32; they are converted on the way and never as a whole.
  ///
  /// @param a `[..., M, K]`
  /// @param b `[..., K, N]`, with the same leading axes
  /// @param c `[..., M, N]`
  /// @param accumulate whether to add to what `c` holds
  void matmul(TensorView a, TensorView b, TensorView c, boolean accumulate);

  /// Copies a weight into the order in which [#linear] reads it fastest. The order is the backend's
  /// own affair.
  ///
  /// @param weight `[N, K]`, f32, contiguous
  /// @return new memory, which belongs to the current scope
  Storage pack(TensorView weight);

  /// `y = x · weightᵀ` for a weight from [#pack].
  ///
  /// @param x `[M, K]`, contiguous
  /// @param packed what `pack` made of a weight `[N, K]`
  /// @param y `[M, N]`, contiguous
  void linear(TensorView x, Storage packed, TensorView y);
}
