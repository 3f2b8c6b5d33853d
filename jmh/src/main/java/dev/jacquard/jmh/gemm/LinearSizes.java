package dev.jacquard.jmh.gemm;

import dev.jacquard.jmh.Numbers;
import java.util.Arrays;

/// Sizes of a linear layer at work.
///
/// @param m rows
/// @param k inputs
/// @param n outputs
record LinearSizes(int m, int k, int n) {
  /// Reads `MxKxN`.
  static LinearSizes parse(String text) {
    int[] sizes = Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
    return new LinearSizes(sizes[0], sizes[1], sizes[2]);
  }

  /// Checks the last element of `y = x Wᵀ`, `dx = y W` and `dW = yᵀ x`.
  void check(float[] x, float[] w, float[] y, float[] dx, float[] dw) {
    double last = Numbers.dot(x, (m - 1) * k, 1, w, (n - 1) * k, 1, k);
    Numbers.requireClose("y", y[m * n - 1], last, 1e-3);
    last = Numbers.dot(y, (m - 1) * n, 1, w, k - 1, k, n);
    Numbers.requireClose("dx", dx[m * k - 1], last, 1e-2);
    last = Numbers.dot(y, n - 1, n, x, k - 1, k, m);
    Numbers.requireClose("dW", dw[n * k - 1], last, 1e-2);
  }
}
