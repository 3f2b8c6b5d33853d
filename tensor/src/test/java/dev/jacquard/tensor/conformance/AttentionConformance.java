package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `AttentionKernels`: grouped queries, a cache prefix (`S > T`), blocks and tails, both masks,
/// heads before positions in memory.
public interface AttentionConformance {
  Lab lab();

  /// Sizes of one case; letters as in `AttentionKernels`.
  record Case(
      int batch, int queries, int keys, int heads, int groups, int headDim, boolean causal) {
    Shape q() {
      return Shape.of(batch, queries, heads, headDim);
    }

    Shape kv() {
      return Shape.of(batch, keys, groups, headDim);
    }

    Shape rows() {
      return Shape.of(batch, heads, queries);
    }

    float scale() {
      return (float) (1 / Math.sqrt(headDim));
    }

    AttentionMask mask() {
      return causal ? AttentionMask.causal(queries, keys) : AttentionMask.full(queries, keys);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1", "2, 3, 3, 1, 1, 7", "1, 7, 7, 3, 1, 3", "2, 17, 17, 4, 2, 16",
    "1, 1, 31, 4, 4, 32", "2, 7, 31, 6, 3, 17", "1, 33, 33, 2, 1, 64", "1, 65, 130, 2, 1, 33",
    "1, 200, 200, 2, 2, 32", "3, 1, 300, 4, 2, 64", "1, 131, 517, 1, 1, 48", "1, 0, 5, 2, 1, 8"
  })
  default void attentionWeighsValues(int b, int t, int s, int h, int g, int d) {
    for (boolean causal : new boolean[] {false, true}) {
      Case c = new Case(b, t, s, h, g, d, causal);
      double[] q = Numbers.normal("attention q", c.q().numel());
      double[] k = Numbers.normal("attention k", c.kv().numel());
      double[] v = Numbers.normal("attention v", c.kv().numel());
      Result expected = attend(q, k, v, c);
      for (Layout layout : Layout.values()) {
        if (!layout.keepsLastAxis()) {
          continue; // the last axis is always contiguous
        }
        List<float[]> actual =
            lab()
                .run(
                    (be, out) ->
                        be.attention()
                            .forward(
                                layout.lay(be, c.q(), q),
                                layout.lay(be, c.kv(), k),
                                layout.lay(be, c.kv(), v),
                                c.scale(),
                                c.mask(),
                                out[0],
                                out[1]),
                    c.q(),
                    c.rows());
        Expect.close("out, %s, %s".formatted(c, layout), actual.get(0), expected.out);
        Expect.close("lse, %s, %s".formatted(c, layout), actual.get(1), expected.lse);
      }
    }
  }

  /// Keys and values of a cache that rounds them.
  @ParameterizedTest
  @CsvSource({
    "1, 1, 5, 2, 1, 8",
    "2, 3, 70, 4, 2, 33",
    "1, 1, 300, 2, 2, 64",
    "1, 20, 41, 2, 1, 17"
  })
  default void attentionReadsKeysOf16Bits(int b, int t, int s, int h, int g, int d) {
    Case c = new Case(b, t, s, h, g, d, true);
    double[] q = Numbers.normal("attention q", c.q().numel());
    double[] k = Numbers.normal("attention k", c.kv().numel());
    double[] v = Numbers.normal("attention v", c.kv().numel());
    for (DType type : new DType[] {DType.BF16, DType.F16}) {
      Result expected = attend(q, rounded(type, k, c.kv()), rounded(type, v, c.kv()), c);
      List<float[]> actual =
          lab()
              .run(
                  (be, out) ->
                      be.attention()
                          .forward(
                              PLAIN.lay(be, c.q(), q),
                              cached(be, type, c.kv(), k),
                              cached(be, type, c.kv(), v),
                              c.scale(),
                              c.mask(),
                              out[0],
                              out[1]),
                  c.q(),
                  c.rows());
      Expect.close("out, %s, %s".formatted(c, type), actual.get(0), expected.out);
      Expect.close("lse, %s, %s".formatted(c, type), actual.get(1), expected.lse);
    }
  }

  /// The first positions of a longer cache.
  private static Tensor cached(Backend backend, DType type, Shape shape, double[] values) {
    Tensor cache = Tensor.empty(backend, type, shape.with(1, shape.dim(1) + 3));
    return cache.narrow(1, 0, shape.dim(1)).copyFrom(PLAIN.lay(backend, shape, values));
  }

  private double[] rounded(DType type, double[] values, Shape shape) {
    float[] floats =
        TensorScope.call(
            "rounded",
            () -> PLAIN.lay(lab().backend(), shape, values).to(type).to(DType.F32).toFloats());
    double[] rounded = new double[floats.length];
    Arrays.setAll(rounded, i -> floats[i]);
    return rounded;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1", "2, 3, 3, 1, 1, 7", "1, 7, 7, 3, 1, 3", "2, 17, 17, 4, 2, 16",
    "1, 1, 31, 4, 4, 32", "2, 7, 31, 6, 3, 17", "1, 33, 33, 2, 1, 64", "1, 65, 130, 2, 1, 33",
    "1, 100, 100, 4, 2, 32", "1, 0, 5, 2, 1, 8"
  })
  default void attentionGradients(int b, int t, int s, int h, int g, int d) {
    for (boolean causal : new boolean[] {false, true}) {
      Case c = new Case(b, t, s, h, g, d, causal);
      double[] q = Numbers.normal("attention q", c.q().numel());
      double[] k = Numbers.normal("attention k", c.kv().numel());
      double[] v = Numbers.normal("attention v", c.kv().numel());
      double[] dOut = Numbers.normal("attention dOut", c.q().numel());
      Result forward = attend(q, k, v, c);
      double[] dq = Expect.differences(q, x -> Numbers.dot(dOut, attend(x, k, v, c).out));
      double[] dk = Expect.differences(k, x -> Numbers.dot(dOut, attend(q, x, v, c).out));
      double[] dv = Expect.differences(v, x -> Numbers.dot(dOut, attend(q, k, x, c).out));
      for (Layout layout : Layout.values()) {
        if (!layout.keepsLastAxis()) {
          continue;
        }
        List<float[]> actual =
            lab()
                .run(
                    (be, out) ->
                        be.attention()
                            .backward(
                                PLAIN.lay(be, c.q(), dOut),
                                layout.lay(be, c.q(), q),
                                layout.lay(be, c.kv(), k),
                                layout.lay(be, c.kv(), v),
                                PLAIN.lay(be, c.q(), forward.out),
                                PLAIN.lay(be, c.rows(), forward.lse),
                                c.scale(),
                                c.mask(),
                                out[0],
                                out[1],
                                out[2],
                                null),
                    c.q(),
                    c.kv(),
                    c.kv());
        String what = "%s, %s".formatted(c, layout);
        // Keys and values of a group collect from up to 200 rows.
        Expect.gradient("dq, " + what, actual.get(0), dq, 2e-5);
        Expect.gradient("dk, " + what, actual.get(1), dk, 2e-5);
        Expect.gradient("dv, " + what, actual.get(2), dv, 2e-5);
      }
    }
  }

  /// Scores of several hundred: the exponentials of a row overflow unless its maximum is taken off.
  @Test
  default void attentionOfHugeScores() {
    Case c = new Case(1, 9, 40, 2, 1, 16, true);
    double[] q = Numbers.normal("attention q", c.q().numel(), 20);
    double[] k = Numbers.normal("attention k", c.kv().numel(), 20);
    double[] v = Numbers.normal("attention v", c.kv().numel());
    List<float[]> actual =
        lab()
            .run(
                (be, out) ->
                    be.attention()
                        .forward(
                            PLAIN.lay(be, c.q(), q),
                            PLAIN.lay(be, c.kv(), k),
                            PLAIN.lay(be, c.kv(), v),
                            c.scale(),
                            c.mask(),
                            out[0],
                            out[1]),
                c.q(),
                c.rows());
    Result expected = attend(q, k, v, c);
    // An f32 score near 1000 is rounded by up to 1e-4, and so is its exponential.
    Expect.close("out of huge scores", actual.get(0), expected.out, 1e-3, 1e-3);
    Expect.close("lse of huge scores", actual.get(1), expected.lse, 1e-6, 1e-4);
  }

  record Result(double[] out, double[] lse) {}

  private static Result attend(double[] q, double[] k, double[] v, Case c) {
    double[] out = new double[q.length];
    double[] lse = new double[(int) c.rows().numel()];
    for (int b = 0; b < c.batch; b++) {
      for (int h = 0; h < c.heads; h++) {
        int g = h / (c.heads / c.groups);
        for (int t = 0; t < c.queries; t++) {
          int qAt = ((b * c.queries + t) * c.heads + h) * c.headDim;
          int last = c.causal ? c.keys - c.queries + t : c.keys - 1;
          double[] scores = new double[last + 1];
          double max = Double.NEGATIVE_INFINITY;
          for (int s = 0; s <= last; s++) {
            for (int d = 0; d < c.headDim; d++) {
              double key = k[((b * c.keys + s) * c.groups + g) * c.headDim + d];
              scores[s] += c.scale() * q[qAt + d] * key;
            }
            max = Math.max(max, scores[s]);
          }
          double sum = 0;
          for (double score : scores) {
            sum += Math.exp(score - max);
          }
          lse[(b * c.heads + h) * c.queries + t] = max + Math.log(sum);
          for (int s = 0; s <= last; s++) {
            double p = Math.exp(scores[s] - max) / sum;
            for (int d = 0; d < c.headDim; d++) {
              out[qAt + d] += p * v[((b * c.keys + s) * c.groups + g) * c.headDim + d];
            }
          }
        }
      }
    }
    return new Result(out, lse);
  }
}
