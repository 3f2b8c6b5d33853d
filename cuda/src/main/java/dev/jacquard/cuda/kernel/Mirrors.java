package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.memory.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/// Copies of memory of the host that the device cannot reach: mapped files. Such memory is never
/// written to, so a copy stays right; it goes when nobody has the original any more. Thread-safe.
final class Mirrors {
  private final Map<Key, MemorySegment> copies = new HashMap<>();
  private final ReferenceQueue<Storage> gone = new ReferenceQueue<>();

  /// A storage by identity, without keeping it.
  private static final class Key extends WeakReference<Storage> {
    private final int hash;

    Key(Storage storage, ReferenceQueue<Storage> queue) {
      super(storage, queue);
      this.hash = System.identityHashCode(storage);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      Storage mine = get();
      return this == other || (other instanceof Key key && mine != null && key.refersTo(mine));
    }
  }

  /// Address of the copy of a storage.
  ///
  /// @param original memory of the host
  /// @param pool where the copy goes
  /// @param fence waits for the device
  synchronized long of(Storage original, NativePool pool, Runnable fence) {
    for (Reference<? extends Storage> key = gone.poll(); key != null; key = gone.poll()) {
      MemorySegment copy = copies.remove(key);
      if (copy != null) {
        pool.release(copy);
      }
    }
    return copies
        .computeIfAbsent(new Key(original, gone), _ -> copy(original, pool, fence))
        .address();
  }

  private static MemorySegment copy(Storage original, NativePool pool, Runnable fence) {
    MemorySegment copy = pool.acquire(original.segment().byteSize());
    fence.run(); // the block may have been a kernel's until now
    return copy.copyFrom(original.segment());
  }
}
