package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.CopyKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.DType;
import org.jspecify.annotations.Nullable;

/// Copies between layouts and element types; `copy.cu`.
public final class CudaCopy implements CopyKernels {
  private static final int BLOCK = 32; // elements with a common scale

  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaCopy(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void copy(TensorView from, TensorView to) {
    long count = to.shape().numel();
    if (to.dtype().isQuantized()) {
      quantize(from, 0, to);
      return;
    }
    kernels
        .call("copy", "copy")
        .i64(count)
        .sizes(to.shape().toArray())
        .tensor(from)
        .steps(from)
        .constant(from.dtype())
        .tensor(to)
        .steps(to)
        .constant(to.dtype())
        .overElements(count);
  }

  @Override
  public void fill(TensorView to, double value) {
    long count = to.shape().numel();
    if (to.dtype().isQuantized()) {
      quantize(null, (float) value, to);
      return;
    }
    kernels
        .call("copy", "fill")
        .i64(count)
        .sizes(to.shape().toArray())
        .tensor(to)
        .steps(to)
        .constant(to.dtype())
        .f64(value)
        .overElements(count);
  }

  private void quantize(@Nullable TensorView from, float value, TensorView to) {
    long count = to.shape().numel();
    kernels
        .call("copy", "quantize")
        .i64(count)
        .sizes(to.shape().toArray())
        .tensor(from)
        .steps(from)
        .constant(from == null ? DType.F32 : from.dtype())
        .f32(value)
        .tensor(to)
        .steps(to)
        .constant(to.dtype())
        .overElements(count / BLOCK);
  }
}
