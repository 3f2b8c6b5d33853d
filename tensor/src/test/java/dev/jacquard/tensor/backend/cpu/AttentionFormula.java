package dev.jacquard.tensor.backend.cpu;

/// Attention in f64, written from the formulas with whole score matrices; nothing shared with the
/// kernels.
final class AttentionFormula {
  final int b;
  final int t;
  final int s;
  final int h;
  final int g;
  final int d;
  final double scale;
  final boolean causal;
  final double[] out;
  final double[] lse;

  private final double[] q;
  private final double[] k;
  private final double[] v;
  private final double[][] weights; // [B H T][S]

  AttentionFormula(
      int b,
      int t,
      int s,
      int h,
      int g,
      int d,
      double scale,
      boolean causal,
      double[] q,
      double[] k,
      double[] v) {
    this.b = b;
    this.t = t;
    this.s = s;
    this.h = h;
    this.g = g;
    this.d = d;
    this.scale = scale;
    this.causal = causal;
    this.q = q;
    this.k = k;
    this.v = v;
    out = new double[q.length];
    lse = new double[b * h * t];
    weights = new double[b * h * t][s];
    for (int row = 0; row < lse.length; row++) {
      forwardRow(row);
    }
  }

  private int query(int row) {
    int ti = row % t;
    int hi = row / t % h;
    int bi = row / t / h;
    return ((bi * t + ti) * h + hi) * d;
  }

  private int key(int row, int si) {
    int hi = row / t % h;
    int bi = row / t / h;
    return ((bi * s + si) * g + hi / (h / g)) * d;
  }

  private boolean sees(int row, int si) {
    return !causal || si <= s - t + row % t;
  }

  private void forwardRow(int row) {
    double sum = 0;
    for (int j = 0; j < s; j++) {
      if (sees(row, j)) {
        weights[row][j] = Math.exp(scale * dot(q, query(row), k, key(row, j)));
        sum += weights[row][j];
      }
    }
    lse[row] = Math.log(sum);
    for (int j = 0; j < s; j++) {
      weights[row][j] = sum == 0 ? 0 : weights[row][j] / sum;
      for (int i = 0; i < d; i++) {
        out[query(row) + i] += weights[row][j] * v[key(row, j) + i];
      }
    }
  }

  /// Gradients with respect to q, k and v.
  double[][] backward(double[] dOut) {
    double[] dq = new double[q.length];
    double[] dk = new double[k.length];
    double[] dv = new double[v.length];
    for (int row = 0; row < lse.length; row++) {
      int qi = query(row);
      double mean = 0;
      for (int j = 0; j < s; j++) {
        mean += weights[row][j] * dot(dOut, qi, v, key(row, j));
      }
      for (int j = 0; j < s; j++) {
        int kj = key(row, j);
        double w = weights[row][j];
        double ds = w * (dot(dOut, qi, v, kj) - mean) * scale;
        for (int i = 0; i < d; i++) {
          dq[qi + i] += ds * k[kj + i];
          dk[kj + i] += ds * q[qi + i];
          dv[kj + i] += w * dOut[qi + i];
        }
      }
    }
    return new double[][] {dq, dk, dv};
  }

  private double dot(double[] x, int xAt, double[] y, int yAt) {
    double sum = 0;
    for (int i = 0; i < d; i++) {
      sum += x[xAt + i] * y[yAt + i];
    }
    return sum;
  }
}
