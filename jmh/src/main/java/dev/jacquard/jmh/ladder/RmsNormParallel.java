package dev.jacquard.jmh.ladder;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// Rung 4 of RMSNorm: rows are shared out among all processors.
///
/// What it gains: as much as memory still had to give. Rung 3 reads and writes each number once and
/// computes next to nothing, so a second core helps only because one alone cannot keep memory busy.
final class RmsNormParallel {
  private RmsNormParallel() {}

  /// As [RmsNormNaive#rmsNorm].
  static void rmsNorm(
      MemorySegment x, MemorySegment w, float eps, MemorySegment y, int rows, int width) {
    IntStream.range(0, rows)
        .parallel()
        .forEach(row -> RmsNormVector.row(x, w, eps, y, 4L * row * width, width));
  }
}
