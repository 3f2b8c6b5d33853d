package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.AttentionKernels;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.TensorView;
import org.jspecify.annotations.Nullable;

/// Attention, one query row after the other; only that row's scores exist.
final class ReferenceAttention implements AttentionKernels {
  @Override
  public void forward(
      TensorView q,
      TensorView k,
      TensorView v,
      float scale,
      AttentionMask mask,
      TensorView out,
      TensorView lse) {
    Sizes s = Sizes.of(q, k, v);
    double[] qv = Elements.read(q);
    double[] kv = Elements.read(k);
    double[] vv = Elements.read(v);
    double[] bias = bias(mask);
    double[] outv = new double[Math.toIntExact(out.shape().numel())];
    double[] lsev = new double[s.batch * s.heads * s.queries];
    for (int row = 0; row < lsev.length; row++) {
      int t = row % s.queries;
      int to = mask.to(row / s.queries / s.heads, t);
      double[] p = new double[s.keys]; // scores of the keys that are seen, then probabilities
      double max = Double.NEGATIVE_INFINITY;
      for (int j = mask.from(t); j < to; j++) {
        p[j] = scale * dot(qv, s.query(row) * s.size, kv, s.key(row, j) * s.size, s.size);
        p[j] += bias.length == 0 ? 0 : bias[row * s.keys + j];
        max = Math.max(max, p[j]);
      }
      double shift = max == Double.NEGATIVE_INFINITY ? 0 : max;
      double sum = 0;
      for (int j = mask.from(t); j < to; j++) {
        sum += Math.exp(p[j] - shift);
      }
      lsev[row] = shift + Math.log(sum);
      for (int j = mask.from(t); j < to; j++) {
        double weight = sum == 0 ? 0 : Math.exp(p[j] - lsev[row]);
        int value = s.key(row, j) * s.valueSize;
        addScaled(weight, vv, value, outv, s.query(row) * s.valueSize, s.valueSize);
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
      AttentionMask mask,
      TensorView dq,
      TensorView dk,
      TensorView dv,
      @Nullable TensorView dBias) {
    Sizes s = Sizes.of(q, k, v);
    double[] dOutv = Elements.read(dOut);
    double[] qv = Elements.read(q);
    double[] kv = Elements.read(k);
    double[] vv = Elements.read(v);
    double[] outv = Elements.read(out);
    double[] lsev = Elements.read(lse);
    double[] bias = bias(mask);
    double[] dqv = new double[qv.length];
    double[] dkv = new double[kv.length];
    double[] dvv = new double[vv.length];
    double[] dBiasv = new double[dBias == null ? 0 : lsev.length * s.keys];
    for (int row = 0; row < lsev.length; row++) {
      int t = row % s.queries;
      int query = s.query(row) * s.size;
      int from = s.query(row) * s.valueSize;
      double mean = dot(dOutv, from, outv, from, s.valueSize); // Σ p·dp over the row
      for (int j = mask.from(t); j < mask.to(t); j++) {
        int key = s.key(row, j) * s.size;
        int value = s.key(row, j) * s.valueSize;
        double score = scale * dot(qv, query, kv, key, s.size);
        score += bias.length == 0 ? 0 : bias[row * s.keys + j];
        double p = score == Double.NEGATIVE_INFINITY ? 0 : Math.exp(score - lsev[row]);
        double dScore = p * (dot(dOutv, from, vv, value, s.valueSize) - mean);
        addScaled(p, dOutv, from, dvv, value, s.valueSize);
        addScaled(scale * dScore, kv, key, dqv, query, s.size);
        addScaled(scale * dScore, qv, query, dkv, key, s.size);
        if (dBias != null) {
          dBiasv[row * s.keys + j] = dScore;
        }
      }
    }
    Elements.write(dqv, dq);
    Elements.write(dkv, dk);
    Elements.write(dvv, dv);
    if (dBias != null) {
      Elements.write(dBiasv, dBias);
    }
  }

  /// What is added to the scores, `[B, H, T, S]`; empty if nothing is.
  private static double[] bias(AttentionMask mask) {
    TensorView bias = mask.bias();
    return bias == null ? new double[0] : Elements.read(bias);
  }

  /// Numbers of queries and keys in memory. A row is one query of one head, numbered in the order
  /// of `lse`: `[B, H, T]`.
  private record Sizes(
      int batch, int queries, int keys, int heads, int groups, int size, int valueSize) {
    static Sizes of(TensorView q, TensorView k, TensorView v) {
      return new Sizes(
          q.shape().intDim(0),
          q.shape().intDim(1),
          k.shape().intDim(1),
          q.shape().intDim(2),
          k.shape().intDim(2),
          q.shape().intDim(3),
          v.shape().intDim(3));
    }

    /// Number of the row's query in the order of `[B, T, H]`.
    int query(int row) {
      int t = row % queries;
      int head = row / queries % heads;
      int b = row / queries / heads;
      return (b * queries + t) * heads + head;
    }

    /// Number of key or value `j` of the row's batch entry and head in the order of `[B, S, G]`.
    int key(int row, int j) {
      int group = row / queries % heads / (heads / groups);
      int b = row / queries / heads;
      return (b * keys + j) * groups + group;
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
