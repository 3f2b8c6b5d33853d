package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What one input of a fuzz target may cost: time in proportion to its bytes, memory in proportion
/// to the decoder's limits; and what it may throw.
final class FuzzBudget {
  /// Small pictures, so that many inputs are tried in a second.
  static final DecoderLimits LIMITS =
      DecoderLimits.defaults().withPixels(1 << 14).withBytes(1 << 21).withScans(30);

  // Slow enough for instrumented code that is being compiled while it runs.
  private static final long NANOS = 2_000_000_000L;
  private static final long NANOS_PER_BYTE = 50_000;
  private static final long BYTES = 32 * LIMITS.bytes();

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FuzzBudget() {}

  /// What is done with an input.
  @FunctionalInterface
  interface Work {
    void run() throws JpegException;
  }

  /// Does it; a refusal must name a place in the input. What costs too much is done once more,
  /// since the first time classes may have been loaded.
  ///
  /// @param bytes of input
  /// @return whether it was not refused
  static boolean isAccepted(int bytes, Work work) {
    for (int trial = 0; trial < 2; trial++) {
      long time = THREAD.getCurrentThreadCpuTime();
      long memory = THREAD.getCurrentThreadAllocatedBytes();
      boolean accepted = isDone(bytes, work);
      time = THREAD.getCurrentThreadCpuTime() - time;
      memory = THREAD.getCurrentThreadAllocatedBytes() - memory;
      if (time < NANOS + NANOS_PER_BYTE * bytes && memory < BYTES) {
        return accepted;
      }
    }
    throw new AssertionError("too much time or memory for " + bytes + " bytes");
  }

  private static boolean isDone(int bytes, Work work) {
    try {
      work.run();
      return true;
    } catch (JpegException e) {
      assertThat(e.offset()).as(e.getMessage()).isBetween(0, bytes);
      return false;
    }
  }
}
