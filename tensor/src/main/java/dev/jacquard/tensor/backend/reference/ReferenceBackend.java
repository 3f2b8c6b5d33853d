package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.CopyKernels;
import dev.jacquard.tensor.backend.ElementwiseKernels;
import dev.jacquard.tensor.backend.IndexKernels;
import dev.jacquard.tensor.backend.MatmulKernels;
import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.backend.OptimizerKernels;
import dev.jacquard.tensor.backend.ReduceKernels;
import dev.jacquard.tensor.backend.RotaryKernels;
import dev.jacquard.tensor.backend.SoftmaxKernels;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;

/// The definition of every kernel in plain single-threaded loops.
public final class ReferenceBackend implements Backend {
  private final NativePool pool = new NativePool();

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
    return Storage.allocate(pool, bytes);
  }

  @Override
  public NativePool pool() {
    return pool;
  }

  @Override
  public CopyKernels copy() {
    return new ReferenceCopy();
  }

  @Override
  public ElementwiseKernels elementwise() {
    return new ReferenceElementwise();
  }

  @Override
  public ReduceKernels reduce() {
    return new ReferenceReduce();
  }

  @Override
  public MatmulKernels matmul() {
    return new ReferenceMatmul();
  }

  @Override
  public NormKernels norm() {
    return new ReferenceNorm();
  }

  @Override
  public SoftmaxKernels softmax() {
    return new ReferenceSoftmax();
  }

  @Override
  public AttentionKernels attention() {
    return new ReferenceAttention();
  }

  @Override
  public RotaryKernels rotary() {
    return new ReferenceRotary();
  }

  @Override
  public IndexKernels index() {
    return new ReferenceIndex();
  }

  @Override
  public OptimizerKernels optimizer() {
    return new ReferenceOptimizer();
  }

  @Override
  public void close() {
    pool.close();
  }
}
