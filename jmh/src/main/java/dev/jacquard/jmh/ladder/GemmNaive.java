package dev.jacquard.jmh.ladder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/// Rung 1 of the matrix product: the definition, `c[i, j] = Σ a[i, k] · b[k, j]`.
///
/// Two things keep it far from the processor's speed. It walks down a column of `B`, so each step
/// touches another cache line and uses one of its 16 numbers; and each product is added to the sum
/// before it, so a step takes as long as a multiply-add (4 cycles), while the processor could have
/// several under way.
final class GemmNaive {
  private GemmNaive() {}

  /// @param a `[n, n]`
  /// @param b `[n, n]`
  /// @param c `[n, n]`, overwritten
  static void multiply(MemorySegment a, MemorySegment b, MemorySegment c, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int k = 0; k < n; k++) {
          float left = a.get(JAVA_FLOAT, 4L * (i * n + k));
          float right = b.get(JAVA_FLOAT, 4L * (k * n + j));
          sum = Math.fma(left, right, sum);
        }
        c.set(JAVA_FLOAT, 4L * (i * n + j), sum);
      }
    }
  }
}
