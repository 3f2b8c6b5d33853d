package dev.jacquard.jmh.ladder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/// Rung 2 of the matrix product: tiles of `C` in registers, panels of `B` in the cache.
///
/// A tile is 4 rows by 2 columns. What it gains: each number of `B` that is read feeds 4
/// multiply-adds and each of `A` feeds 2, where rung 1 reads two numbers for one; and the 8 sums of
/// a tile do not wait for each other. The two columns of `B` are copied to a *panel* first, in the
/// order in which they are read, so the long way down a column is walked once and not for each row.
///
/// For each element of `C` the products are added in the order of `k`, so the result has the same
/// bits as rung 1's. That holds for all rungs.
final class GemmBlocked {
  private static final int ROWS = 4;
  private static final int COLUMNS = 2;

  private GemmBlocked() {}

  /// As [GemmNaive#multiply].
  ///
  /// @param panel memory for `2n` numbers
  static void multiply(
      MemorySegment a, MemorySegment b, MemorySegment c, int n, MemorySegment panel) {
    for (int j = 0; j < n; j += COLUMNS) {
      int j1 = Math.min(j + 1, n - 1); // beyond the last column: that one again
      for (int k = 0; k < n; k++) {
        panel.set(JAVA_FLOAT, 8L * k, b.get(JAVA_FLOAT, 4L * (k * n + j)));
        panel.set(JAVA_FLOAT, 8L * k + 4, b.get(JAVA_FLOAT, 4L * (k * n + j1)));
      }
      for (int i = 0; i < n; i += ROWS) {
        tile(a, panel, c, n, i, j, j1);
      }
    }
  }

  /// Beyond the last row of `A` a tile computes the last row again.
  private static void tile(
      MemorySegment a, MemorySegment panel, MemorySegment c, int n, int i, int j, int j1) {
    int i1 = Math.min(i + 1, n - 1);
    int i2 = Math.min(i + 2, n - 1);
    int i3 = Math.min(i + 3, n - 1);
    float c00 = 0;
    float c01 = 0;
    float c10 = 0;
    float c11 = 0;
    float c20 = 0;
    float c21 = 0;
    float c30 = 0;
    float c31 = 0;
    for (int k = 0; k < n; k++) {
      float b0 = panel.get(JAVA_FLOAT, 8L * k);
      float b1 = panel.get(JAVA_FLOAT, 8L * k + 4);
      float a0 = a.get(JAVA_FLOAT, 4L * (i * n + k));
      c00 = Math.fma(a0, b0, c00);
      c01 = Math.fma(a0, b1, c01);
      float a1 = a.get(JAVA_FLOAT, 4L * (i1 * n + k));
      c10 = Math.fma(a1, b0, c10);
      c11 = Math.fma(a1, b1, c11);
      float a2 = a.get(JAVA_FLOAT, 4L * (i2 * n + k));
      c20 = Math.fma(a2, b0, c20);
      c21 = Math.fma(a2, b1, c21);
      float a3 = a.get(JAVA_FLOAT, 4L * (i3 * n + k));
      c30 = Math.fma(a3, b0, c30);
      c31 = Math.fma(a3, b1, c31);
    }
    store(c00, c01, c, i * n, j, j1);
    store(c10, c11, c, i1 * n, j, j1);
    store(c20, c21, c, i2 * n, j, j1);
    store(c30, c31, c, i3 * n, j, j1);
  }

  private static void store(float first, float second, MemorySegment c, int row, int j, int j1) {
    c.set(JAVA_FLOAT, 4L * (row + j), first);
    c.set(JAVA_FLOAT, 4L * (row + j1), second);
  }
}
