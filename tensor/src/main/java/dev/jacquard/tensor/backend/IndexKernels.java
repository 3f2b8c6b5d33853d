package dev.jacquard.tensor.backend;

/// Gathering and scattering of rows and of single elements.
public interface IndexKernels {
  /// `y[n] = table[ids[n]]`.
  ///
  /// @param table `[V, C]`, of any floating-point type
  /// @param ids `[N]`, i32, each in `[0, V)`
  /// @param y `[N, C]`, f32
  void gatherRows(TensorView table, TensorView ids, TensorView y);

  /// `dTable = 0; dTable[ids[n]] += dy[n]`, added in the order of `n`.
  ///
  /// @param dy `[N, C]`
  /// @param ids `[N]`, i32, each in `[0, V)`
  /// @param dTable `[V, C]`
  void scatterAddRows(TensorView dy, TensorView ids, TensorView dTable);

  /// `y[o, j, i] = x[o, ids[o, j, i], i]`. Inputs may be strided.
  ///
  /// @param x `[O, N, I]`
  /// @param ids `[O, J, I]`, i32, each in `[0, N)`
  /// @param y `[O, J, I]`
  void gather(TensorView x, TensorView ids, TensorView y);

  /// `y[o, ids[o, j, i], i] = src[o, j, i]`, or `+=`, in the order of `j`; the rest of `y` stays.
  /// Inputs may be strided.
  ///
  /// @param src `[O, J, I]`
  /// @param ids `[O, J, I]`, i32, each in `[0, N)`
  /// @param add whether to add to what `y` holds
  /// @param y `[O, N, I]`, updated
  void scatter(TensorView src, TensorView ids, boolean add, TensorView y);
}
