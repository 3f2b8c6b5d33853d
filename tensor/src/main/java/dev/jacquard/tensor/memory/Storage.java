package dev.jacquard.tensor.memory;

import dev.jacquard.tensor.shape.ScopeException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One block of memory under one or more tensors. It belongs to a scope, which gives it back to its
/// pool; without a scope it lives until [#release()].
public final class Storage {
  private static final AtomicLong TAKEN = new AtomicLong();

  private final long number = TAKEN.getAndIncrement(); // in the order in which memory was taken
  private final MemorySegment segment;
  private final @Nullable NativePool pool;
  private final @Nullable Runnable fence; // what the host waits for
  private @Nullable TensorScope owner;
  private volatile boolean live = true;
  private String endedScope = "";

  private Storage(MemorySegment segment, @Nullable NativePool pool) {
    this.segment = segment;
    this.pool = pool;
    this.fence = pool == null ? null : pool.fence();
  }

  /// Takes a block from a pool; it belongs to the current scope, if there is one.
  ///
  /// @param pool where the memory comes from
  /// @param bytes size
  /// @return storage with arbitrary contents
  /// @throws IllegalStateException if the current scope is closed
  public static Storage allocate(NativePool pool, long bytes) {
    Storage storage = new Storage(pool.acquire(bytes), pool);
    try {
      storage.moveTo(TensorScope.currentOrNull());
    } catch (IllegalStateException closed) {
      pool.release(storage.segment);
      throw closed;
    }
    return storage;
  }

  /// Wraps memory owned by somebody else, for example a mapped file.
  ///
  /// @param segment native memory
  /// @return storage that never frees the segment
  public static Storage external(MemorySegment segment) {
    return new Storage(segment, null);
  }

  /// The memory itself, once the device that it belongs to has done what it was asked to.
  ///
  /// @return the native segment
  /// @throws ScopeException if the scope it belonged to has ended
  public MemorySegment segment() {
    MemorySegment memory = unfenced();
    if (fence != null) {
      fence.run();
    }
    return memory;
  }

  /// Where the memory lies, for kernels of a device: unlike [#segment] this waits for nothing.
  ///
  /// @return address of the first byte
  /// @throws ScopeException if the scope it belonged to has ended
  public long address() {
    return unfenced().address();
  }

  private MemorySegment unfenced() {
    if (!live) {
      throw new ScopeException(
          "tensor: used after its memory was given back; scope \"%s\"; return it from the scope or keep it"
              .formatted(endedScope));
    }
    return segment;
  }

  /// Whether the memory may still be used.
  ///
  /// @return false once it was given back
  public boolean isLive() {
    return live;
  }

  /// Whether the memory is owned by somebody else: a mapped file.
  ///
  /// @return true for what [#external] made
  public boolean isExternal() {
    return pool == null;
  }

  /// Gives the memory back now. Does nothing if that has happened.
  public void release() {
    release("released by hand");
  }

  synchronized void release(String scope) {
    if (live) {
      endedScope = scope;
      live = false;
      owner = null;
      if (pool != null) {
        pool.release(segment);
      }
    }
  }

  /// Number of this block in the order in which memory was taken.
  long number() {
    return number;
  }

  /// The number that the next block will have.
  static long nextNumber() {
    return TAKEN.get();
  }

  @Nullable TensorScope owner() {
    return owner;
  }

  void moveTo(@Nullable TensorScope scope) {
    owner = scope;
    if (scope != null) {
      scope.adopt(this);
    }
  }
}
