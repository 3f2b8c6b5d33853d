package dev.jacquard.jmh.ladder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/// Rung 2 of RMSNorm: both steps for one row, then the next row.
///
/// What it gains: the second step finds the row in the cache, so the matrix comes from memory once;
/// and the root is taken once a row.
final class RmsNormBlocked {
  private RmsNormBlocked() {}

  /// As [RmsNormNaive#rmsNorm].
  static void rmsNorm(
      MemorySegment x, MemorySegment w, float eps, MemorySegment y, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      row(x, w, eps, y, 4L * row * width, width);
    }
  }

  private static void row(
      MemorySegment x, MemorySegment w, float eps, MemorySegment y, long from, int width) {
    float sum = 0;
    for (int i = 0; i < width; i++) {
      float value = x.get(JAVA_FLOAT, from + 4L * i);
      sum += value * value;
    }
    float scale = (float) (1 / Math.sqrt(sum / width + eps));
    for (int i = 0; i < width; i++) {
      float value = x.get(JAVA_FLOAT, from + 4L * i);
      y.set(JAVA_FLOAT, from + 4L * i, value * scale * w.get(JAVA_FLOAT, 4L * i));
    }
  }
}
