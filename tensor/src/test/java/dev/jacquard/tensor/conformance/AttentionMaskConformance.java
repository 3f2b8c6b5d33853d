package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `AttentionKernels` under masks of ranges and with a bias, with values of another size than keys,
/// few queries and many: each query sees just what the mask says, in both directions.
public interface AttentionMaskConformance {
  int BATCH = 2;
  int HEADS = 4;
  int GROUPS = 2;
  int SIZE = 9;
  int VALUE_SIZE = 19;

  Lab lab();

  /// The masks under test.
  enum Kind {
    FULL(AttentionMask.full(35, 50)),
    MORE_QUERIES_THAN_KEYS(AttentionMask.full(35, 5)),
    PREFIX(AttentionMask.prefix(40, 40, 13)),
    BLOCK_CAUSAL(AttentionMask.blockCausal(1, 4, 9, 16, 25)),
    BLOCK_DIAGONAL(AttentionMask.blockDiagonal(7, 1, 30, 17)),
    WINDOW(window(70, 9)),
    SOME_SEE_NOTHING(AttentionMask.ranges(20, new int[] {3, 5, 20, 0}, new int[] {9, 5, 20, 20})),
    ONE_QUERY(AttentionMask.ranges(33, new int[] {4}, new int[] {30}));

    final AttentionMask mask;

    Kind(AttentionMask mask) {
      this.mask = mask;
    }

    /// Each query sees the last `size` keys up to its own.
    private static AttentionMask window(int queries, int size) {
      int[] from = new int[queries];
      int[] to = new int[queries];
      for (int t = 0; t < queries; t++) {
        from[t] = Math.max(0, t + 1 - size);
        to[t] = t + 1;
      }
      return AttentionMask.ranges(queries, from, to);
    }

    Shape q() {
      return Shape.of(BATCH, mask.queries(), HEADS, SIZE);
    }

    Shape k() {
      return Shape.of(BATCH, mask.keys(), GROUPS, SIZE);
    }

    Shape v() {
      return Shape.of(BATCH, mask.keys(), GROUPS, VALUE_SIZE);
    }

    Shape out() {
      return Shape.of(BATCH, mask.queries(), HEADS, VALUE_SIZE);
    }

    Shape rows() {
      return Shape.of(BATCH, HEADS, mask.queries());
    }

    Shape scores() {
      return Shape.of(BATCH, HEADS, mask.queries(), mask.keys());
    }

    /// Normal numbers; every fifth hides its key, which now and then leaves a query with none.
    double[] bias() {
      double[] bias = Numbers.normal("mask bias", scores().numel());
      for (int i = 0; i < bias.length; i += 5) {
        bias[i] = Double.NEGATIVE_INFINITY;
      }
      return bias;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void attentionSeesWhatTheMaskShows(Kind kind) {
    check(kind, new double[(int) kind.scores().numel()], false);
  }

  @ParameterizedTest
  @EnumSource
  default void attentionAddsTheBias(Kind kind) {
    check(kind, kind.bias(), true);
  }

  private void check(Kind kind, double[] bias, boolean biased) {
    double[] q = Numbers.normal("mask q", kind.q().numel());
    double[] k = Numbers.normal("mask k", kind.k().numel());
    double[] v = Numbers.normal("mask v", kind.v().numel());
    double[] dOut = Numbers.normal("mask dOut", kind.out().numel());
    double[] lse = new double[(int) kind.rows().numel()];
    double[] expected = attend(kind, q, k, v, bias, lse);
    List<float[]> forward =
        lab()
            .run(
                (be, out) ->
                    be.attention()
                        .forward(
                            PLAIN.lay(be, kind.q(), q),
                            PLAIN.lay(be, kind.k(), k),
                            PLAIN.lay(be, kind.v(), v),
                            0.3f,
                            mask(be, kind, bias, biased),
                            out[0],
                            out[1]),
                kind.out(),
                kind.rows());
    Expect.close("out " + kind, forward.get(0), expected);
    Expect.close("lse " + kind, forward.get(1), lse);
    List<float[]> backward =
        lab()
            .run(
                (be, out) ->
                    be.attention()
                        .backward(
                            PLAIN.lay(be, kind.out(), dOut),
                            PLAIN.lay(be, kind.q(), q),
                            PLAIN.lay(be, kind.k(), k),
                            PLAIN.lay(be, kind.v(), v),
                            PLAIN.lay(be, kind.out(), expected),
                            PLAIN.lay(be, kind.rows(), lse),
                            0.3f,
                            mask(be, kind, bias, biased),
                            out[0],
                            out[1],
                            out[2],
                            out[3]),
                kind.q(),
                kind.k(),
                kind.v(),
                kind.scores());
    double[][] inputs = {q, k, v, bias};
    String[] names = {"dq ", "dk ", "dv ", "dBias "};
    for (int n = 0; n < inputs.length; n++) {
      double[] differences =
          Expect.differences(
              inputs[n], _ -> Numbers.dot(dOut, attend(kind, q, k, v, bias, lse.clone())));
      // Keys and values of a group collect from up to 140 rows.
      Expect.gradient(names[n] + kind, backward.get(n), differences, 2e-5);
    }
  }

  private static AttentionMask mask(Backend be, Kind kind, double[] bias, boolean biased) {
    if (!biased) {
      return kind.mask;
    }
    Tensor scores = Layout.SPREAD.lay(be, kind.scores(), bias);
    return kind.mask.withBias(scores);
  }

  private static double[] attend(
      Kind kind, double[] q, double[] k, double[] v, double[] bias, double[] lse) {
    int queries = kind.mask.queries();
    int keys = kind.mask.keys();
    double[] out = new double[(int) kind.out().numel()];
    for (int row = 0; row < lse.length; row++) { // [B, H, T]
      int t = row % queries;
      int b = row / queries / HEADS;
      int head = row / queries % HEADS;
      int query = (b * queries + t) * HEADS + head;
      double[] weights = new double[keys];
      double sum = 0;
      for (int s = kind.mask.from(t); s < kind.mask.to(t); s++) {
        int key = (b * keys + s) * GROUPS + head / (HEADS / GROUPS);
        double score = bias[row * keys + s];
        for (int d = 0; d < SIZE; d++) {
          score += 0.3f * q[query * SIZE + d] * k[key * SIZE + d];
        }
        weights[s] = Math.exp(score);
        sum += weights[s];
      }
      lse[row] = Math.log(sum);
      for (int s = 0; s < keys && sum > 0; s++) {
        int key = (b * keys + s) * GROUPS + head / (HEADS / GROUPS);
        for (int e = 0; e < VALUE_SIZE; e++) {
          out[query * VALUE_SIZE + e] += weights[s] / sum * v[key * VALUE_SIZE + e];
        }
      }
    }
    return out;
  }
}
