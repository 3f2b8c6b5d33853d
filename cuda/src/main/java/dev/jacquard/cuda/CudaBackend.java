package dev.jacquard.cuda;

import dev.jacquard.cuda.driver.CudaDriver;
import dev.jacquard.cuda.kernel.CudaAttention;
import dev.jacquard.cuda.kernel.CudaConvolution;
import dev.jacquard.cuda.kernel.CudaCopy;
import dev.jacquard.cuda.kernel.CudaElementwise;
import dev.jacquard.cuda.kernel.CudaIndex;
import dev.jacquard.cuda.kernel.CudaMatmul;
import dev.jacquard.cuda.kernel.CudaNorm;
import dev.jacquard.cuda.kernel.CudaOptimizer;
import dev.jacquard.cuda.kernel.CudaReduce;
import dev.jacquard.cuda.kernel.CudaResize;
import dev.jacquard.cuda.kernel.CudaRotary;
import dev.jacquard.cuda.kernel.CudaScan;
import dev.jacquard.cuda.kernel.CudaSoftmax;
import dev.jacquard.cuda.kernel.CudaSort;
import dev.jacquard.cuda.kernel.Kernels;
import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.ConvolutionKernels;
import dev.jacquard.tensor.backend.CopyKernels;
import dev.jacquard.tensor.backend.ElementwiseKernels;
import dev.jacquard.tensor.backend.IndexKernels;
import dev.jacquard.tensor.backend.MatmulKernels;
import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.backend.OptimizerKernels;
import dev.jacquard.tensor.backend.ReduceKernels;
import dev.jacquard.tensor.backend.ResizeKernels;
import dev.jacquard.tensor.backend.RotaryKernels;
import dev.jacquard.tensor.backend.ScanKernels;
import dev.jacquard.tensor.backend.SoftmaxKernels;
import dev.jacquard.tensor.backend.SortKernels;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;

/// One NVIDIA GPU. Every kernel group of the CPU has its kernels here; none falls back to another
/// backend.
///
/// Tensors lie in managed memory, which host and device reach under the same address: the host may
/// read and write elements as on the CPU, and waits for the kernels that were asked for when it
/// does. Kernels run in one stream, in the order in which threads ask for them.
public final class CudaBackend implements Backend {
  private final int device;
  private final Kernels kernels;
  private final CopyKernels copy;
  private final ElementwiseKernels elementwise;
  private final ReduceKernels reduce;
  private final MatmulKernels matmul;
  private final ConvolutionKernels convolution;
  private final ResizeKernels resize;
  private final NormKernels norm;
  private final SoftmaxKernels softmax;
  private final AttentionKernels attention;
  private final RotaryKernels rotary;
  private final IndexKernels index;
  private final SortKernels sort;
  private final ScanKernels scan;
  private final OptimizerKernels optimizer;

  /// Opens a device.
  ///
  /// @param driver how to reach it
  /// @param device its number, from 0
  /// @throws dev.jacquard.tensor.shape.DeviceException if there is no such device
  public CudaBackend(CudaDriver driver, int device) {
    this.device = device;
    this.kernels = new Kernels(driver, device);
    this.copy = new CudaCopy(kernels);
    this.elementwise = new CudaElementwise(kernels);
    this.reduce = new CudaReduce(kernels);
    this.matmul = new CudaMatmul(kernels);
    this.convolution = new CudaConvolution(kernels);
    this.resize = new CudaResize(kernels);
    this.norm = new CudaNorm(kernels);
    this.softmax = new CudaSoftmax(kernels);
    this.attention = new CudaAttention(kernels);
    this.rotary = new CudaRotary(kernels);
    this.index = new CudaIndex(kernels);
    this.sort = new CudaSort(kernels);
    this.scan = new CudaScan(kernels);
    this.optimizer = new CudaOptimizer(kernels);
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Device device() {
    return new Device("cuda", device);
  }

  @Override
  public Storage allocate(long bytes) {
    return Storage.allocate(kernels.pool(), bytes);
  }

  @Override
  public NativePool pool() {
    return kernels.pool();
  }

  @Override
  public CopyKernels copy() {
    return copy;
  }

  @Override
  public ElementwiseKernels elementwise() {
    return elementwise;
  }

  @Override
  public ReduceKernels reduce() {
    return reduce;
  }

  @Override
  public MatmulKernels matmul() {
    return matmul;
  }

  @Override
  public ConvolutionKernels convolution() {
    return convolution;
  }

  @Override
  public ResizeKernels resize() {
    return resize;
  }

  @Override
  public NormKernels norm() {
    return norm;
  }

  @Override
  public SoftmaxKernels softmax() {
    return softmax;
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }

  @Override
  public RotaryKernels rotary() {
    return rotary;
  }

  @Override
  public IndexKernels index() {
    return index;
  }

  @Override
  public SortKernels sort() {
    return sort;
  }

  @Override
  public ScanKernels scan() {
    return scan;
  }

  @Override
  public OptimizerKernels optimizer() {
    return optimizer;
  }

  @Override
  public void close() {
    kernels.close();
  }
}
