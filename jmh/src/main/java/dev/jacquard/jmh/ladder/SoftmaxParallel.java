package dev.jacquard.jmh.ladder;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// Rung 4 of softmax: rows are shared out among all processors.
///
/// What it gains: the arithmetic is divided by the number of cores. Memory is not: once the cores
/// together ask for all that it can give, more of them are of no use.
final class SoftmaxParallel {
  private SoftmaxParallel() {}

  /// As [SoftmaxNaive#softmax].
  static void softmax(MemorySegment x, MemorySegment y, int rows, int width) {
    IntStream.range(0, rows)
        .parallel()
        .forEach(row -> SoftmaxVector.row(x, y, 4L * row * width, width));
  }
}
