package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ConvolutionKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Two-dimensional convolution and its derivatives; `convolution.cu`.
public final class CudaConvolution implements ConvolutionKernels {
  private final Kernels kernels;

  /// Creates the group.
  ///
  /// @param kernels of the device
  public CudaConvolution(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void output(
      TensorView x, TensorView w, @Nullable TensorView bias, ConvolutionGeometry g, TensorView y) {
    long count = y.shape().numel();
    Launch launch = kernels.call("convolution", "convolve").i64(count);
    window(launch, x.shape(), w.shape(), g, y.shape()).tensor(x).tensor(w).tensor(bias).tensor(y);
    launch.overElements(count);
  }

  @Override
  public void input(TensorView y, TensorView w, ConvolutionGeometry g, TensorView x) {
    long count = x.shape().numel();
    Launch launch = kernels.call("convolution", "convolve_input").i64(count);
    window(launch, x.shape(), w.shape(), g, y.shape()).tensor(y).tensor(w).tensor(x);
    launch.overElements(count);
  }

  @Override
  public void weight(TensorView y, TensorView x, ConvolutionGeometry g, TensorView w) {
    Launch launch = kernels.call("convolution", "convolve_weight");
    window(launch, x.shape(), w.shape(), g, y.shape()).tensor(y).tensor(x).tensor(w);
    Shape outputs = y.shape();
    launch.overRows(w.shape().numel(), outputs.dim(0) * outputs.dim(2) * outputs.dim(3));
  }

  /// Passes a `Window`.
  private static Launch window(Launch launch, Shape x, Shape w, ConvolutionGeometry g, Shape y) {
    launch.i64(x.dim(0)).i64(x.dim(1)).i64(x.dim(2)).i64(x.dim(3));
    launch.i64(y.dim(1)).i64(y.dim(2)).i64(y.dim(3));
    launch.i64(g.groups()).i64(w.dim(2)).i64(w.dim(3));
    launch.i64(g.strideY()).i64(g.strideX()).i64(g.top()).i64(g.left());
    return launch.i64(g.dilationY()).i64(g.dilationX());
  }
}
