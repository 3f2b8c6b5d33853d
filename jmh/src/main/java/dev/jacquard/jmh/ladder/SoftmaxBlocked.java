package dev.jacquard.jmh.ladder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/// Rung 2 of softmax: all steps for one row, then the next row.
///
/// What it gains: a row stays in the cache from the first step to the last, so the matrix comes
/// from memory once; the sum is taken while the exponentials are at hand; and one division for the
/// row makes the rest multiplications.
final class SoftmaxBlocked {
  private SoftmaxBlocked() {}

  /// As [SoftmaxNaive#softmax].
  static void softmax(MemorySegment x, MemorySegment y, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      row(x, y, 4L * row * width, width);
    }
  }

  private static void row(MemorySegment x, MemorySegment y, long from, int width) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < width; i++) {
      max = Math.max(max, x.get(JAVA_FLOAT, from + 4L * i));
    }
    float sum = 0;
    for (int i = 0; i < width; i++) {
      float e = (float) Math.exp(x.get(JAVA_FLOAT, from + 4L * i) - max);
      y.set(JAVA_FLOAT, from + 4L * i, e);
      sum += e;
    }
    float scale = 1 / sum;
    for (int i = 0; i < width; i++) {
      y.set(JAVA_FLOAT, from + 4L * i, y.get(JAVA_FLOAT, from + 4L * i) * scale);
    }
  }
}
