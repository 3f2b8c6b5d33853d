package dev.jacquard.jmh;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What memory can do: loops that only read, or read and write, on as many threads as a benchmark
/// uses. Shares no code with the engine, so that a slow engine does not flatter itself.
///
/// Starting and joining the threads costs about 50 us, so give them at least 10 MB.
public final class MemorySpeed implements AutoCloseable {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = FLOATS.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int TURN = 1 << 20; // bytes of one call, so that the loop is compiled early

  private final int threads;
  private final ExecutorService executor;

  /// Starts the threads.
  ///
  /// @param threads how many, at least 1
  public MemorySpeed(int threads) {
    this.threads = threads;
    executor = Executors.newFixedThreadPool(threads);
  }

  /// Reads all of it.
  ///
  /// @param x native memory of f32, a multiple of 256 bytes
  /// @return the sum, so that the loop has a purpose
  public float sum(MemorySegment x) {
    float sum = 0;
    for (float part : onAllThreads(x.byteSize(), (from, bytes) -> sumPart(x, from, bytes))) {
      sum += part;
    }
    return sum;
  }

  /// Copies all of it.
  ///
  /// @param x native memory, a multiple of 256 bytes
  /// @param y as much other memory, overwritten
  public void copy(MemorySegment x, MemorySegment y) {
    onAllThreads(x.byteSize(), (from, bytes) -> copyPart(x, y, from, bytes));
  }

  private static float sumPart(MemorySegment x, long from, int bytes) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < bytes; i += 4 * BYTES) { // four chains hide the latency of an addition
      s0 = s0.add(FloatVector.fromMemorySegment(FLOATS, x, from + i, ORDER));
      s1 = s1.add(FloatVector.fromMemorySegment(FLOATS, x, from + i + BYTES, ORDER));
      s2 = s2.add(FloatVector.fromMemorySegment(FLOATS, x, from + i + 2 * BYTES, ORDER));
      s3 = s3.add(FloatVector.fromMemorySegment(FLOATS, x, from + i + 3 * BYTES, ORDER));
    }
    return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
  }

  private static float copyPart(MemorySegment x, MemorySegment y, long from, int bytes) {
    for (int i = 0; i < bytes; i += BYTES) {
      FloatVector.fromMemorySegment(FLOATS, x, from + i, ORDER)
          .intoMemorySegment(y, from + i, ORDER);
    }
    return 0;
  }

  private interface Part {
    float run(long from, int bytes);
  }

  private List<Float> onAllThreads(long bytes, Part part) {
    long share = (bytes / threads + 255) & -256L;
    List<Callable<Float>> tasks = new ArrayList<>();
    for (long from = 0; from < bytes; from += share) {
      long first = from;
      long end = Math.min(bytes, from + share);
      tasks.add(
          () -> {
            float sum = 0;
            for (long at = first; at < end; at += TURN) {
              sum += part.run(at, (int) Math.min(TURN, end - at));
            }
            return sum;
          });
    }
    try {
      List<Float> sums = new ArrayList<>();
      for (Future<Float> done : executor.invokeAll(tasks)) {
        sums.add(done.get());
      }
      return sums;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("memory speed: a thread failed", e);
    }
  }

  /// Stops the threads.
  @Override
  public void close() {
    executor.close();
  }
}
