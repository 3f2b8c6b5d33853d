package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.RotaryKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Rotary position embedding; `rotary.cu`.
public final class CudaRotary implements RotaryKernels {
  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaRotary(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void rotate(
      TensorView x, TensorView cos, TensorView sin, int from, boolean inverse, TensorView y) {
    long count = x.shape().numel() / 2;
    kernels
        .call("rotary", "rotate")
        .i64(count)
        .sizes(x.shape().with(-1, x.shape().last() / 2).toArray())
        .tensor(x)
        .steps(x)
        .tensor(cos)
        .tensor(sin)
        .i64(from)
        .i32(inverse)
        .tensor(y)
        .overElements(count);
  }
}
