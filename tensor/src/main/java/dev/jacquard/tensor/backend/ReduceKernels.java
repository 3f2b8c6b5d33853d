package dev.jacquard.tensor.backend;

/// Reductions. `x` may be strided; the result has the rank of `x`, with size 1 on each reduced
/// axis.
public interface ReduceKernels {
  /// Sum over the axes on which `y` has size 1 and `x` has not.
  ///
  /// @param x summands
  /// @param y result, contiguous
  void sum(TensorView x, TensorView y);

  /// Maximum over the axes on which `y` has size 1 and `x` has not.
  ///
  /// @param x any values; at least one in each reduced group
  /// @param y result, contiguous
  void max(TensorView x, TensorView y);

  /// Sum of the squares of all elements, accumulated so that the result does not depend on threads.
  ///
  /// @param x any shape, contiguous
  /// @return `Σ x²`
  double sumOfSquares(TensorView x);
}
