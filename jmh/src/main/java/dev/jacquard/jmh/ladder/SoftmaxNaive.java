package dev.jacquard.jmh.ladder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/// Rung 1 of softmax, `y = exp(x - max x) / Σ exp(x - max x)` for each row: a pass over the whole
/// matrix for each step of the formula.
///
/// By the time a row's next step comes, the row has left the caches, so the matrix travels from
/// memory four times and back twice. The exponential is the one of `Math`, in f64 and a number at a
/// time.
final class SoftmaxNaive {
  private SoftmaxNaive() {}

  /// @param x `[rows, width]`
  /// @param y `[rows, width]`, overwritten
  static void softmax(MemorySegment x, MemorySegment y, int rows, int width) {
    float[] max = new float[rows];
    float[] sum = new float[rows];
    for (int row = 0; row < rows; row++) {
      max[row] = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < width; i++) {
        max[row] = Math.max(max[row], x.get(JAVA_FLOAT, 4L * (row * width + i)));
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        float shifted = x.get(JAVA_FLOAT, 4L * (row * width + i)) - max[row];
        y.set(JAVA_FLOAT, 4L * (row * width + i), (float) Math.exp(shifted));
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        sum[row] += y.get(JAVA_FLOAT, 4L * (row * width + i));
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        long at = 4L * (row * width + i);
        y.set(JAVA_FLOAT, at, y.get(JAVA_FLOAT, at) / sum[row]);
      }
    }
  }
}
