package dev.jacquard.jmh.attention;

import dev.jacquard.jmh.Numbers;

/// Plain loops for the last query of the last head, which sees all keys, as a check.
///
/// @param q queries; the last `D` are those of the last head at the last position
/// @param k keys, likewise
/// @param v values, likewise
/// @param dy gradient of the result, likewise
/// @param length positions, `T`
/// @param step elements from one position to the next
record LastQuery(float[] q, float[] k, float[] v, float[] dy, int length, int step) {
  private static final int D = AttentionBenchmark.SIZE;

  void checkOutput(float actual) {
    double[] p = probabilities();
    double expected = 0;
    for (int s = 0; s < length; s++) {
      expected += p[s] * v[at(s) + D - 1];
    }
    Numbers.requireClose("attention, last element", actual, expected, 1e-5);
  }

  /// `dq = scale · Σ p (dp - δ) k` with `dp = dy · v` and `δ = Σ p dp`.
  void checkGradient(float actual) {
    double[] p = probabilities();
    double[] dp = new double[length];
    double delta = 0;
    for (int s = 0; s < length; s++) {
      dp[s] = Numbers.dot(dy, at(length - 1), 1, v, at(s), 1, D);
      delta += p[s] * dp[s];
    }
    double expected = 0;
    for (int s = 0; s < length; s++) {
      expected += AttentionBenchmark.SCALE * p[s] * (dp[s] - delta) * k[at(s) + D - 1];
    }
    Numbers.requireClose("attention, last element of dq", actual, expected, 1e-5);
  }

  private double[] probabilities() {
    double[] p = new double[length];
    double sum = 0;
    for (int s = 0; s < length; s++) {
      double dot = Numbers.dot(q, at(length - 1), 1, k, at(s), 1, D);
      p[s] = Math.exp(AttentionBenchmark.SCALE * dot);
      sum += p[s];
    }
    for (int s = 0; s < length; s++) {
      p[s] /= sum;
    }
    return p;
  }

  private int at(int position) {
    return q.length - D - (length - 1 - position) * step;
  }
}
