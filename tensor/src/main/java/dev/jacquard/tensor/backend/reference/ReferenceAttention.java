package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.backend.TensorView;

/// Attention, one query row after the other; only that row's scores exist.
final class ReferenceAttention implements AttentionKernels {
  @Override
  public void forward(
      TensorView q,
      TensorView k,
      TensorView v,
      float scale,
      boolean causal,
      TensorView out,
      TensorView lse) {
    Sizes s = Sizes.of(q, k);
    double[] qv = Elements.read(q);
    double[] kv = Elements.read(k);
    double[] vv = Elements.read(v);
    double[] outv = new double[qv.length];
    double[] lsev = new double[s.batch * s.heads * s.queries];
    for (int row = 0; row < lsev.length; row++) {
      int from = s.query(row);
      int seen = s.seen(row, causal);
      double[] p = new double[seen]; // scores, then probabilities
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < seen; j++) {
        p[j] = scale * dot(qv, from, kv, s.key(row, j), s.headDim);
        max = Math.max(max, p[j]);
      }
      double sum = 0;
      for (int j = 0; j < seen; j++) {
        sum += Math.exp(p[j] - max);
      }
      lsev[row] = max + Math.log(sum);
      for (int j = 0; j < seen; j++) {
        addScaled(Math.exp(p[j] - lsev[row]), vv, s.key(row, j), outv, from, s.headDim);
      }
    }
    Elements.write(outv, out);
    Elements.write(lsev, lse);
  }

  @Override
  public void backward(
      TensorView dOut,
      TensorView q,
      TensorView k,
      TensorView v,
      TensorView out,
      TensorView lse,
      float scale,
      boolean causal,
      TensorView dq,
      TensorView dk,
      TensorView dv) {
    Sizes s = Sizes.of(q, k);
    double[] dOutv = Elements.read(dOut);
    double[] qv = Elements.read(q);
    double[] kv = Elements.read(k);
    double[] vv = Elements.read(v);
    double[] outv = Elements.read(out);
    double[] lsev = Elements.read(lse);
    double[] dqv = new double[qv.length];
    double[] dkv = new double[kv.length];
    double[] dvv = new double[vv.length];
    for (int row = 0; row < lsev.length; row++) {
      int from = s.query(row);
      double mean = dot(dOutv, from, outv, from, s.headDim); // Σ p·dp over the row
      for (int j = 0; j < s.seen(row, causal); j++) {
        int key = s.key(row, j);
        double p = Math.exp(scale * dot(qv, from, kv, key, s.headDim) - lsev[row]);
        double dp = dot(dOutv, from, vv, key, s.headDim);
        double dScore = scale * p * (dp - mean);
        addScaled(p, dOutv, from, dvv, key, s.headDim);
        addScaled(dScore, kv, key, dqv, from, s.headDim);
        addScaled(dScore, qv, from, dkv, key, s.headDim);
      }
    }
    Elements.write(dqv, dq);
    Elements.write(dkv, dk);
    Elements.write(dvv, dv);
  }

  /// Where rows begin. A row is one query of one head, numbered in the order of `lse`: `[B, H, T]`.
  private record Sizes(int batch, int queries, int keys, int heads, int groups, int headDim) {
    static Sizes of(TensorView q, TensorView k) {
      return new Sizes(
          q.shape().intDim(0),
          q.shape().intDim(1),
          k.shape().intDim(1),
          q.shape().intDim(2),
          k.shape().intDim(2),
          q.shape().intDim(3));
    }

    /// Start of the row's query in `[B, T, H, D]`.
    int query(int row) {
      int t = row % queries;
      int head = row / queries % heads;
      int b = row / queries / heads;
      return ((b * queries + t) * heads + head) * headDim;
    }

    /// Start of key or value `j` in `[B, S, G, D]` for the row's batch and head.
    int key(int row, int j) {
      int group = row / queries % heads / (heads / groups);
      int b = row / queries / heads;
      return ((b * keys + j) * groups + group) * headDim;
    }

    /// Number of keys that the row's query sees.
    int seen(int row, boolean causal) {
      return causal ? keys - queries + row % queries + 1 : keys;
    }
  }

  private static double dot(double[] a, int aFrom, double[] b, int bFrom, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += a[aFrom + i] * b[bFrom + i];
    }
    return sum;
  }

  private static void addScaled(
      double factor, double[] x, int xFrom, double[] y, int yFrom, int length) {
    for (int i = 0; i < length; i++) {
      y[yFrom + i] += factor * x[xFrom + i];
    }
  }
}
