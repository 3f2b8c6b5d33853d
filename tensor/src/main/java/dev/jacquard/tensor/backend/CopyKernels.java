package dev.jacquard.tensor.backend;

/// Moves elements without computing. All arguments may be strided.
public interface CopyKernels {
  /// Copies between tensors of equal shape, converting the element type: floats to narrower floats
  /// round to nearest even, floats to integers truncate towards zero. A NaN stays one.
  ///
  /// Quantising follows the definition of ggml's `quantize_row_..._ref`, in f32 arithmetic, each
  /// operation rounded. For 32 finite numbers `x`, with `a` their largest magnitude:
  /// - `Q8_0`: `d = a / 127`, `q[i] = round(x[i] · (1 / d))`, halves away from zero;
  /// - `Q4_0`: `d = m / -8`, `m` being the first number of magnitude `a`, `q[i] = min(15, ⌊x[i] ·
  ///   (1 / d) + 8.5⌋)`.
  ///
  /// `1 / d` counts as 0 if `d` is 0, and `d` is stored as f16. (Compilers that fuse the product
  /// and the sum of `Q4_0` round once less, so files written elsewhere may differ in a last bit.)
  /// Types that are no f32 pass through f32 on the way, which holds the values of all of them.
  ///
  /// @param from source; a stride of 0 broadcasts
  /// @param to destination of the same shape
  void copy(TensorView from, TensorView to);

  /// Sets every element.
  ///
  /// @param to destination, any type
  /// @param value converted to its type
  void fill(TensorView to, double value);
}
