package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.KernelGroups;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.Device;

/// The definition of every kernel in plain single-threaded loops.
public final class ReferenceBackend implements Backend {
  private final NativePool pool = new NativePool();
  private final KernelGroups groups =
      new KernelGroups(
          new ReferenceCopy(),
          new ReferenceElementwise(),
          new ReferenceReduce(),
          new ReferenceMatmul(pool),
          new ReferenceConvolution(),
          new ReferenceResize(),
          new ReferenceNorm(),
          new ReferenceSoftmax(),
          new ReferenceAttention(),
          new ReferenceRotary(),
          new ReferenceIndex(),
          new ReferenceSort(),
          new ReferenceScan(),
          new ReferenceOptimizer());

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
  public KernelGroups groups() {
    return groups;
  }

  @Override
  public void close() {
    pool.close();
  }
}
