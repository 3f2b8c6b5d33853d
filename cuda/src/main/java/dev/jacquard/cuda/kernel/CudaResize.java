package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.AxisWeights;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.CopyKernels;
import dev.jacquard.tensor.backend.ResizeKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Resizing and pooling; `resize.cu`.
public final class CudaResize implements ResizeKernels {
  private final Kernels kernels;
  private final CopyKernels copy;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaResize(Kernels kernels) {
    this.kernels = kernels;
    this.copy = new CudaCopy(kernels);
  }

  @Override
  public void resample(TensorView x, AxisWeights map, TensorView y) {
    int taps = map.taps();
    int[] indices = new int[map.outputs() * taps];
    int[] weights = new int[indices.length]; // bits of f32
    for (int i = 0; i < indices.length; i++) {
      indices[i] = map.index(i / taps, i % taps);
      weights[i] = Float.floatToRawIntBits(map.weight(i / taps, i % taps));
    }
    long count = y.shape().numel();
    try (Numbers from = Numbers.of(kernels, indices);
        Numbers factors = Numbers.of(kernels, weights)) {
      kernels
          .call("resize", "resample")
          .i64(count)
          .i64(map.inputs())
          .i64(map.outputs())
          .i64(taps)
          .i64(x.shape().dim(2))
          .tensor(x)
          .i64(from.address())
          .i64(factors.address())
          .tensor(y)
          .overElements(count);
    }
  }

  @Override
  public void maxPool(
      TensorView x, int height, int width, ConvolutionGeometry g, TensorView y, TensorView index) {
    long count = y.shape().numel();
    kernels
        .call("resize", "max_pool")
        .i64(count)
        .i64(x.shape().dim(1))
        .i64(x.shape().dim(2))
        .i64(y.shape().dim(1))
        .i64(y.shape().dim(2))
        .i32(height)
        .i32(width)
        .i32(g.strideY())
        .i32(g.strideX())
        .i32(g.top())
        .i32(g.left())
        .tensor(x)
        .steps(x)
        .tensor(y)
        .tensor(index)
        .overElements(count);
  }

  @Override
  public void maxPoolBackward(TensorView dy, TensorView index, TensorView dx) {
    copy.fill(dx, 0);
    long planes = dx.shape().dim(0);
    kernels
        .call("resize", "max_pool_backward")
        .i64(planes)
        .i64(dx.shape().dim(1) * dx.shape().dim(2))
        .sizes(dy.shape().toArray())
        .tensor(dy)
        .steps(dy)
        .tensor(index)
        .tensor(dx)
        .overElements(planes);
  }
}
