package dev.jacquard.jmh.ladder;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// Rung 4 of the matrix product: panels of `B` are shared out among all processors.
///
/// What it gains: with two cores, up to twice the speed. Each panel writes columns of its own, so
/// nothing needs a lock, and the sum over `k` is never split, so the bits do not depend on how many
/// threads there are. What it loses at small sizes: starting a parallel stream costs tens of
/// microseconds, in which one core does 64 x 64 x 64 several times. The engine keeps threads of its
/// own, which wait for the next task in a loop for a while before they sleep.
final class GemmParallel {
  private GemmParallel() {}

  /// As [GemmNaive#multiply].
  ///
  /// @param panels memory for `n` numbers for each column, their number rounded up to whole panels
  static void multiply(
      MemorySegment a, MemorySegment b, MemorySegment c, int n, MemorySegment panels) {
    long bytes = 4L * n * GemmVector.COLUMNS;
    int count = (n + GemmVector.COLUMNS - 1) / GemmVector.COLUMNS;
    IntStream.range(0, count)
        .parallel()
        .forEach(
            p ->
                GemmVector.columns(
                    a, b, c, n, p * GemmVector.COLUMNS, panels.asSlice(p * bytes, bytes)));
  }
}
