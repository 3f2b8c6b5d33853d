package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.ScanKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Recurrences; `scan.cu`.
public final class CudaScan implements ScanKernels {
  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaScan(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void recurrence(TensorView a, TensorView b, float initial, boolean reverse, TensorView y) {
    long series = y.shape().dim(0) * y.shape().dim(2);
    kernels
        .call("scan", "recurrence")
        .i64(series)
        .sizes(y.shape().toArray())
        .tensor(a)
        .steps(a)
        .tensor(b)
        .steps(b)
        .f32(initial)
        .i32(reverse)
        .tensor(y)
        .overElements(series);
  }
}
