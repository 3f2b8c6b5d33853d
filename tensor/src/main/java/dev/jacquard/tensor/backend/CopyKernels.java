package dev.jacquard.tensor.backend;

/// Moves elements without computing. All arguments may be strided.
public interface CopyKernels {
  /// Copies between tensors of equal shape, converting the element type: floats to narrower floats
  /// round to nearest even, floats to integers truncate towards zero.
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
