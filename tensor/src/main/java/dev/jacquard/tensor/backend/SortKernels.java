package dev.jacquard.tensor.backend;

/// Order of the elements of a row. NaN counts as larger than every number, and -0 as equal to 0.
public interface SortKernels {
  /// Where the largest element of each row stands; the first of equals.
  ///
  /// @param x `[R, N]`, `N >= 1`
  /// @param ids `[R]`, i32
  void argMax(TensorView x, TensorView ids);

  /// Where the elements of each row stand in sorted order, or the first `K` of them; equals keep
  /// their order.
  ///
  /// @param x `[R, N]`
  /// @param descending whether the largest comes first
  /// @param ids `[R, K]`, i32, `K <= N`
  void argSort(TensorView x, boolean descending, TensorView ids);

  /// Where each element would be inserted into a sorted sequence: the number of elements that are
  /// smaller (`right = false`) or not larger (`right = true`).
  ///
  /// @param sorted `[N]`, ascending
  /// @param x `[M]`
  /// @param right which of the two
  /// @param ids `[M]`, i32, each in `[0, N]`
  void searchSorted(TensorView sorted, TensorView x, boolean right, TensorView ids);
}
