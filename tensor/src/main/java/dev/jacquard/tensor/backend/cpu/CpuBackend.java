package dev.jacquard.tensor.backend.cpu;

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
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;

/// The CPU through the Vector API. Kernel groups that are not yet vectorised come from the
/// reference backend.
final class CpuBackend implements Backend {
  private final NativePool pool = new NativePool();
  private final ParallelFor parallel;
  private final ReferenceBackend reference = new ReferenceBackend();
  private final CopyKernels copy;
  private final ElementwiseKernels elementwise;
  private final ReduceKernels reduce;
  private final MatmulKernels matmul;
  private final ConvolutionKernels convolution;
  private final ResizeKernels resize;
  private final NormKernels norm;
  private final SoftmaxKernels softmax;
  private final IndexKernels index;
  private final SortKernels sort;
  private final ScanKernels scan;
  private final OptimizerKernels optimizer;
  private final AttentionKernels attention;
  private final RotaryKernels rotary;

  CpuBackend(int threads) {
    parallel = new ParallelFor(threads);
    copy = new VectorCopy(parallel, pool, reference.copy());
    elementwise = new VectorElementwise(parallel);
    reduce = new VectorReduce(parallel, pool);
    matmul = new VectorMatmul(parallel, pool);
    convolution = new VectorConvolution(parallel, pool);
    resize = new VectorResize(parallel);
    norm = new VectorNorm(parallel, pool);
    softmax = new VectorSoftmax(parallel);
    index = new VectorIndex(parallel);
    sort = new RowSort(parallel);
    scan = new VectorScan(parallel);
    optimizer = new VectorOptimizer(parallel);
    attention = new VectorAttention(parallel, pool);
    rotary = new VectorRotary(parallel);
  }

  /// Its parallel loops, for tests that ask whether work was shared.
  ParallelFor parallel() {
    return parallel;
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public Storage allocate(long bytes) {
    return Storage.allocate(pool, bytes);
  }

  @Override
  public NativePool pool() {
    return pool;
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
    parallel.close();
    reference.close();
    pool.close();
  }
}
