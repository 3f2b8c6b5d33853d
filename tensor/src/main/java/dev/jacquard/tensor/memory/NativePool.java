package dev.jacquard.tensor.memory;

import dev.jacquard.tensor.shape.NativeMemoryException;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/// Native memory in size classes. What is released is kept for the next request of its class, so a
/// loop that asks for the same sizes takes no new memory after its first turn. Thread-safe.
public final class NativePool implements AutoCloseable {
  /* One long-lived shared arena: opening or closing a shared arena costs 60-80 us, so never one per tensor. Classes are
   * four to each power of two: at most 25 % is wasted, and blocks are reused without zeroing. */

  /// Alignment of every block in bytes: one cache line, one 512-bit vector.
  public static final long ALIGNMENT_BYTES = 64;

  private final Arena arena = Arena.ofShared();
  private final Long2ObjectOpenHashMap<ArrayDeque<MemorySegment>> free =
      new Long2ObjectOpenHashMap<>();
  private final Long2ObjectOpenHashMap<MemorySegment> inUse = new Long2ObjectOpenHashMap<>();
  private long reservedBytes;
  private long liveBytes;
  private long peakBytes;

  /// Creates an empty pool.
  public NativePool() {}

  /// A block of the size asked for; its contents are arbitrary.
  ///
  /// @param bytes size, `>= 0`
  /// @return a native segment of exactly `bytes`, aligned to 64
  /// @throws NativeMemoryException if the system has no more memory
  public synchronized MemorySegment acquire(long bytes) {
    long classBytes = classBytes(bytes);
    ArrayDeque<MemorySegment> blocks = free.get(classBytes);
    MemorySegment block = blocks == null ? null : blocks.pollFirst();
    if (block == null) {
      block = reserve(classBytes, bytes);
    }
    liveBytes += classBytes;
    peakBytes = Math.max(peakBytes, liveBytes);
    inUse.put(block.address(), block);
    return block.asSlice(0, bytes);
  }

  /// Takes a block back.
  ///
  /// @param block what [#acquire] returned
  /// @throws IllegalArgumentException if the block is not in use
  public synchronized void release(MemorySegment block) {
    MemorySegment whole = inUse.remove(block.address());
    if (whole == null) {
      throw new IllegalArgumentException(
          "memory: released a block that is not in use; address %#x".formatted(block.address()));
    }
    free.computeIfAbsent(whole.byteSize(), _ -> new ArrayDeque<>()).addFirst(whole);
    liveBytes -= whole.byteSize();
  }

  /// Bytes in blocks that are in use.
  ///
  /// @return a multiple of 64
  public synchronized long liveBytes() {
    return liveBytes;
  }

  /// Most bytes that were in use at a time, and starts to watch anew.
  ///
  /// @return the largest [#liveBytes()] since the last call
  public synchronized long takePeakBytes() {
    long peak = peakBytes;
    peakBytes = liveBytes;
    return peak;
  }

  /// Number of blocks in use.
  ///
  /// @return 0 when everything was given back
  public synchronized long liveBlocks() {
    return inUse.size();
  }

  /// Bytes taken from the system so far.
  ///
  /// @return never falls
  public synchronized long reservedBytes() {
    return reservedBytes;
  }

  /// Gives all memory back to the system. No block may be used afterwards.
  @Override
  public void close() {
    arena.close();
  }

  private MemorySegment reserve(long classBytes, long bytes) {
    try {
      MemorySegment block = arena.allocate(classBytes, ALIGNMENT_BYTES);
      reservedBytes += classBytes;
      return block;
    } catch (OutOfMemoryError e) {
      NativeMemoryException failure =
          new NativeMemoryException(
              "memory: out of native memory; %,d bytes asked for, %,d bytes in %,d blocks in use"
                  .formatted(bytes, liveBytes, inUse.size()));
      failure.initCause(e);
      throw failure;
    }
  }

  /// Smallest size class that holds `bytes`: `2^k`, `1.25 * 2^k`, `1.5 * 2^k` or `1.75 * 2^k`, at
  /// least 64.
  static long classBytes(long bytes) {
    if (bytes <= 256) {
      return Math.max(ALIGNMENT_BYTES, (bytes + 63) & -64L);
    }
    long step = Long.highestOneBit(bytes - 1) >> 2;
    return (bytes + step - 1) / step * step;
  }
}
