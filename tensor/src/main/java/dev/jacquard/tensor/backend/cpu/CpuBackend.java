package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.KernelGroups;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;

/// The CPU through the Vector API. Copies that have no fast path come from the reference backend.
final class CpuBackend implements Backend {
  private final NativePool pool = new NativePool();
  private final ParallelFor parallel;
  private final ReferenceBackend reference = new ReferenceBackend();
  private final KernelGroups groups;

  CpuBackend(int threads) {
    parallel = new ParallelFor(threads);
    groups =
        new KernelGroups(
            new VectorCopy(parallel, pool, reference.copy()),
            new VectorElementwise(parallel),
            new VectorReduce(parallel, pool),
            new VectorMatmul(parallel, pool),
            new VectorConvolution(parallel, pool),
            new VectorResize(parallel),
            new VectorNorm(parallel, pool),
            new VectorSoftmax(parallel),
            new VectorAttention(parallel, pool),
            new VectorRotary(parallel),
            new VectorIndex(parallel),
            new RowSort(parallel),
            new VectorScan(parallel),
            new VectorOptimizer(parallel));
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
  public KernelGroups groups() {
    return groups;
  }

  @Override
  public void close() {
    parallel.close();
    reference.close();
    pool.close();
  }
}
