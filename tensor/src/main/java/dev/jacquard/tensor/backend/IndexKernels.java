package dev.jacquard.tensor.backend;

/// Gathering and scattering of rows.
public interface IndexKernels {
  /// `y[n] = table[ids[n]]`.
  ///
  /// @param table `[V, C]`
  /// @param ids `[N]`, i32, each in `[0, V)`
  /// @param y `[N, C]`
  void gatherRows(TensorView table, TensorView ids, TensorView y);

  /// `dTable = 0; dTable[ids[n]] += dy[n]`, added in the order of `n`.
  ///
  /// @param dy `[N, C]`
  /// @param ids `[N]`, i32, each in `[0, V)`
  /// @param dTable `[V, C]`
  void scatterAddRows(TensorView dy, TensorView ids, TensorView dTable);
}
