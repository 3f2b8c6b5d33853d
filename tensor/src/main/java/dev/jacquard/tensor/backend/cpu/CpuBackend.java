package dev.jacquard.tensor.backend.cpu;

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
  private final MatmulKernels matmul;

  CpuBackend(int threads) {
    parallel = new ParallelFor(threads);
    matmul = new VectorMatmul(parallel, pool);
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
    return reference.copy();
  }

  @Override
  public ElementwiseKernels elementwise() {
    return reference.elementwise();
  }

  @Override
  public ReduceKernels reduce() {
    return reference.reduce();
  }

  @Override
  public MatmulKernels matmul() {
    return matmul;
  }

  @Override
  public NormKernels norm() {
    return reference.norm();
  }

  @Override
  public SoftmaxKernels softmax() {
    return reference.softmax();
  }

  @Override
  public AttentionKernels attention() {
    return reference.attention();
  }

  @Override
  public RotaryKernels rotary() {
    return reference.rotary();
  }

  @Override
  public IndexKernels index() {
    return reference.index();
  }

  @Override
  public OptimizerKernels optimizer() {
    return reference.optimizer();
  }

  @Override
  public void close() {
    parallel.close();
    reference.close();
    pool.close();
  }
}
