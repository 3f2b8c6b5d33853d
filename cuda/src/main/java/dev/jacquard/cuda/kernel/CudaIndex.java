package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.CopyKernels;
import dev.jacquard.tensor.backend.IndexKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Gathering and scattering; `index.cu`.
public final class CudaIndex implements IndexKernels {
  private final Kernels kernels;
  private final CopyKernels copy;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaIndex(Kernels kernels) {
    this.kernels = kernels;
    this.copy = new CudaCopy(kernels);
  }

  @Override
  public void gatherRows(TensorView table, TensorView ids, TensorView y) {
    long count = y.shape().numel();
    kernels
        .call("index", "gather_rows")
        .i64(count)
        .i64(table.shape().dim(1))
        .tensor(table)
        .i64(table.stride(0))
        .i64(table.stride(1))
        .constant(table.dtype())
        .tensor(ids)
        .tensor(y)
        .overElements(count);
  }

  @Override
  public void scatterAddRows(TensorView dy, TensorView ids, TensorView dTable) {
    copy.fill(dTable, 0);
    long width = dTable.shape().dim(1);
    kernels
        .call("index", "scatter_add_rows")
        .i64(ids.shape().numel())
        .i64(width)
        .tensor(dy)
        .tensor(ids)
        .tensor(dTable)
        .overElements(width);
  }

  @Override
  public void gather(TensorView x, TensorView ids, TensorView y) {
    long count = y.shape().numel();
    kernels
        .call("index", "gather")
        .i64(count)
        .sizes(y.shape().toArray())
        .tensor(x)
        .steps(x)
        .tensor(ids)
        .steps(ids)
        .tensor(y)
        .overElements(count);
  }

  @Override
  public void scatter(TensorView src, TensorView ids, boolean add, TensorView y) {
    long series = src.shape().dim(0) * src.shape().dim(2);
    kernels
        .call("index", "scatter")
        .i64(series)
        .sizes(src.shape().toArray())
        .tensor(src)
        .steps(src)
        .tensor(ids)
        .steps(ids)
        .i32(add)
        .i64(y.shape().dim(1))
        .tensor(y)
        .overElements(series);
  }
}
