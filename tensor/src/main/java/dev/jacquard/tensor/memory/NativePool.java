package dev.jacquard.tensor.memory;

import dev.jacquard.tensor.shape.NativeMemoryException;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// Native memory in size classes. What is released is kept for the next request of its class, so a
/// loop that asks for the same sizes takes no new memory after its first turn. Thread-safe.
public final class NativePool implements AutoCloseable {
  /* One long-lived shared arena: opening or closing a shared arena costs 60-80 us, so never one per tensor. Classes are
   * four to each power of two: at most 25 % is wasted, and blocks are reused without zeroing. */

  /// Name of the system property that limits every pool: a server that shares its machine wants an
  /// exception rather than to be ended by the system.
  public static final String LIMIT_PROPERTY = "jacquard.maxNativeBytes";

  /// Alignment of every block in bytes: one cache line, one 512-bit vector.
  public static final long ALIGNMENT_BYTES = 64;

  private static final int LARGEST = 5; // blocks that an error names

  private final Source source;
  private final Long2ObjectOpenHashMap<ArrayDeque<MemorySegment>> free =
      new Long2ObjectOpenHashMap<>();
  private final Long2ObjectOpenHashMap<MemorySegment> inUse = new Long2ObjectOpenHashMap<>();
  private final Long2LongOpenHashMap askedBytes = new Long2LongOpenHashMap(); // of blocks in use
  private final long limitBytes;
  private long reservedBytes;
  private long liveBytes;
  private long peakBytes;

  /// Creates an empty pool that takes as many bytes as the system has, or as the system property
  /// `jacquard.maxNativeBytes` says.
  public NativePool() {
    this(Long.getLong(LIMIT_PROPERTY, Long.MAX_VALUE));
  }

  /// Creates an empty pool with a limit.
  ///
  /// @param limitBytes most bytes that it takes from the system
  public NativePool(long limitBytes) {
    this(new SystemMemory(), limitBytes);
  }

  /// Creates an empty pool of memory from elsewhere.
  ///
  /// @param source where it takes blocks; closed with the pool
  /// @param limitBytes most bytes that it takes
  public NativePool(Source source, long limitBytes) {
    this.source = source;
    this.limitBytes = limitBytes;
  }

  /// Where a pool takes its memory: the system, or the driver of a device.
  public interface Source extends AutoCloseable {
    /// Takes a block.
    ///
    /// @param bytes size
    /// @return a segment that the host can read, aligned to [#ALIGNMENT_BYTES]; it lives until the
    ///   source is closed
    /// @throws OutOfMemoryError if there is none; the pool says so with its figures
    MemorySegment allocate(long bytes);

    /// What must run before the host touches a block: a device may still be writing to it.
    ///
    /// @return null if nothing must
    @Nullable Runnable fence();

    /// Gives all blocks back.
    @Override
    void close();
  }

  private static final class SystemMemory implements Source {
    private final Arena arena = Arena.ofShared();

    @Override
    public MemorySegment allocate(long bytes) {
      return arena.allocate(bytes, ALIGNMENT_BYTES);
    }

    @Override
    public @Nullable Runnable fence() {
      return null;
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /// What must run before the host touches a block.
  @Nullable Runnable fence() {
    return source.fence();
  }

  /// A block of the size asked for; its contents are arbitrary.
  ///
  /// @param bytes size, `>= 0`
  /// @return a native segment of exactly `bytes`, aligned to 64
  /// @throws NativeMemoryException if the system has no more memory or the limit is reached; the
  ///   pool stays as it was
  public synchronized MemorySegment acquire(long bytes) {
    long classBytes = classBytes(bytes);
    ArrayDeque<MemorySegment> blocks = free.get(classBytes);
    MemorySegment block = blocks == null ? null : blocks.pollFirst();
    if (block == null) {
      block = reserve(classBytes, bytes);
    }
    liveBytes += block.byteSize();
    peakBytes = Math.max(peakBytes, liveBytes);
    inUse.put(block.address(), block);
    askedBytes.put(block.address(), bytes);
    return bytes == block.byteSize() ? block : block.asSlice(0, bytes);
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
    askedBytes.remove(whole.address());
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

  /// Bytes that it may still hand out before its limit is reached.
  ///
  /// @return the limit less what is in use
  public synchronized long leftBytes() {
    return limitBytes - liveBytes;
  }

  /// Gives all memory back to the system. No block may be used afterwards.
  @Override
  public void close() {
    source.close();
  }

  private MemorySegment reserve(long classBytes, long bytes) {
    @Nullable OutOfMemoryError cause = null;
    if (classBytes <= limitBytes - reservedBytes) {
      try {
        MemorySegment block = source.allocate(classBytes);
        reservedBytes += classBytes;
        return block;
      } catch (OutOfMemoryError e) {
        cause = e;
      }
    }
    MemorySegment larger = takeLarger(classBytes);
    if (larger != null) {
      return larger;
    }
    NativeMemoryException failure =
        new NativeMemoryException(
            "memory: out of native memory; %,d bytes asked for, %,d bytes in %,d blocks in use, the largest %s; need memory given back, or a higher %s"
                .formatted(bytes, liveBytes, inUse.size(), largest(), LIMIT_PROPERTY));
    failure.initCause(cause);
    throw failure;
  }

  /// The smallest free block that is large enough; null if there is none.
  private @Nullable MemorySegment takeLarger(long classBytes) {
    return free.values().stream()
        .filter(blocks -> !blocks.isEmpty() && blocks.getFirst().byteSize() >= classBytes)
        .min(Comparator.comparingLong(blocks -> blocks.getFirst().byteSize()))
        .map(ArrayDeque::removeFirst)
        .orElse(null);
  }

  /// Sizes of the largest blocks in use as they were asked for, in bytes.
  private String largest() {
    return askedBytes
        .values()
        .longStream()
        .sorted()
        .skip(Math.max(0, askedBytes.size() - LARGEST))
        .mapToObj("%,d"::formatted)
        .toList()
        .reversed()
        .toString();
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
