package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.SortKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Order of elements; `sort.cu`.
public final class CudaSort implements SortKernels {
  private static final int WARP = 32;

  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaSort(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void argMax(TensorView x, TensorView ids) {
    kernels
        .call("sort", "arg_max")
        .i64(x.shape().dim(1))
        .tensor(x)
        .tensor(ids)
        .run(x.shape().dim(0), WARP);
  }

  @Override
  public void argSort(TensorView x, boolean descending, TensorView ids) {
    long count = x.shape().numel();
    kernels
        .call("sort", "arg_sort")
        .i64(count)
        .i64(x.shape().dim(1))
        .i64(ids.shape().last())
        .i32(descending)
        .tensor(x)
        .tensor(ids)
        .overElements(count);
  }

  @Override
  public void searchSorted(TensorView sorted, TensorView x, boolean right, TensorView ids) {
    long count = x.shape().numel();
    kernels
        .call("sort", "search_sorted")
        .i64(count)
        .i64(sorted.shape().numel())
        .tensor(sorted)
        .tensor(x)
        .i32(right)
        .tensor(ids)
        .overElements(count);
  }
}
