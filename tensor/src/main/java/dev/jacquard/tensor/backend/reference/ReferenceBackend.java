package dev.jacquard.tensor.backend.reference;

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

/// The definition of every kernel in plain single-threaded loops.
public final class ReferenceBackend implements Backend {
  private final NativePool pool = new NativePool();
  private final CopyKernels copy = new ReferenceCopy();
  private final ElementwiseKernels elementwise = new ReferenceElementwise();
  private final ReduceKernels reduce = new ReferenceReduce();
  private final MatmulKernels matmul = new ReferenceMatmul(pool);
  private final ConvolutionKernels convolution = new ReferenceConvolution();
  private final ResizeKernels resize = new ReferenceResize();
  private final NormKernels norm = new ReferenceNorm();
  private final SoftmaxKernels softmax = new ReferenceSoftmax();
  private final AttentionKernels attention = new ReferenceAttention();
  private final RotaryKernels rotary = new ReferenceRotary();
  private final IndexKernels index = new ReferenceIndex();
  private final SortKernels sort = new ReferenceSort();
  private final ScanKernels scan = new ReferenceScan();
  private final OptimizerKernels optimizer = new ReferenceOptimizer();

  /// Creates the backend.
  public ReferenceBackend() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public Storage allocate(long bytes) {
    Storage storage = Storage.allocate(pool, bytes);
    DoublePrecision.forget(storage.segment());
    return storage;
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
    pool.close();
  }
}
