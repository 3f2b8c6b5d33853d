package dev.jacquard.jmh.ladder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/// Rung 1 of RMSNorm, `y = x / sqrt(mean(x²) + eps) · w` for each row: a pass over the whole matrix
/// for the means, another for the result.
///
/// The matrix travels from memory twice. Each square is added to the sum before it and has to wait
/// for it: the rules of f32 do not let the compiler change the order.
final class RmsNormNaive {
  private RmsNormNaive() {}

  /// @param x `[rows, width]`
  /// @param w `[width]`
  /// @param y `[rows, width]`, overwritten
  static void rmsNorm(
      MemorySegment x, MemorySegment w, float eps, MemorySegment y, int rows, int width) {
    float[] sums = new float[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        float value = x.get(JAVA_FLOAT, 4L * (row * width + i));
        sums[row] += value * value;
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        float root = (float) Math.sqrt(sums[row] / width + eps);
        float value = x.get(JAVA_FLOAT, 4L * (row * width + i));
        float weight = w.get(JAVA_FLOAT, 4L * i);
        y.set(JAVA_FLOAT, 4L * (row * width + i), value / root * weight);
      }
    }
  }
}
