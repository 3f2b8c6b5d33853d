package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Weighted values, with grouped queries and a prefix of older keys.
public interface AttentionOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, false", "2, 3, 5, 2, 1, 4, true", "1, 7, 7, 4, 2, 3, true",
    "2, 5, 9, 3, 3, 17, false", "1, 17, 33, 2, 2, 8, true", "1, 0, 3, 2, 1, 4, true"
  })
  default void attentionOpWeighsValues(
      int b, int t, int s, int heads, int groups, int headDim, boolean causal) {
    float scale = (float) (1 / Math.sqrt(headDim));
    new OpCheck(lab(), "attention %d %d %d %d %d %d".formatted(b, t, s, heads, groups, headDim))
        .input(b, t, heads, headDim)
        .input(b, s, groups, headDim)
        .input(b, s, groups, headDim)
        .run(
            x -> AttentionOp.apply(x[0], x[1], x[2], scale, causal),
            x -> {
              double[] y = new double[x[0].length];
              for (int row = 0; row < b * t * heads; row++) { // in the order of [B, T, H]
                int batch = row / heads / t;
                int seen = causal ? s - t + row / heads % t + 1 : s;
                int group = row % heads / (heads / groups);
                double sum = 0;
                for (int j = 0; j < seen; j++) {
                  int key = ((batch * s + j) * groups + group) * headDim;
                  double score = 0;
                  for (int d = 0; d < headDim; d++) {
                    score += scale * x[0][row * headDim + d] * x[1][key + d];
                  }
                  sum += Math.exp(score);
                  for (int d = 0; d < headDim; d++) {
                    y[row * headDim + d] += Math.exp(score) * x[2][key + d];
                  }
                }
                for (int d = 0; d < headDim; d++) {
                  y[row * headDim + d] /= sum;
                }
              }
              return y;
            },
            b,
            t,
            heads,
            headDim);
  }

  /// A bias that broadcasts over batch and queries, one number for each head and key.
  @Test
  default void attentionOpDerivesTheBias() {
    new OpCheck(lab(), "attention bias")
        .input(2, 5, 2, 3)
        .input(2, 4, 1, 3)
        .input(2, 4, 1, 6)
        .input(2, 1, 4)
        .run(
            x -> AttentionOp.apply(x[0], x[1], x[2], 0.5f, AttentionMask.full(5, 4), x[3]),
            x -> {
              double[] y = new double[2 * 5 * 2 * 6];
              for (int row = 0; row < 20; row++) { // in the order of [B, T, H]
                double sum = 0;
                for (int j = 0; j < 4; j++) {
                  int key = row / 10 * 4 + j;
                  double score = x[3][row % 2 * 4 + j];
                  for (int d = 0; d < 3; d++) {
                    score += 0.5 * x[0][row * 3 + d] * x[1][key * 3 + d];
                  }
                  sum += Math.exp(score);
                  for (int e = 0; e < 6; e++) {
                    y[row * 6 + e] += Math.exp(score) * x[2][key * 6 + e];
                  }
                }
                for (int e = 0; e < 6; e++) {
                  y[row * 6 + e] /= sum;
                }
              }
              return y;
            },
            2,
            5,
            2,
            6);
  }

  /// Sequences of one batch with keys of their own number give what each gives alone.
  @ParameterizedTest
  @CsvSource({"1, 8", "3, 17", "6, 8"})
  default void attentionOpTakesSequencesOfDifferentLengths(int queries, int headDim) {
    int[] lengths = {9, 6, 31};
    float[][] results = new float[2][];
    for (int i = 0; i < 2; i++) {
      boolean together = i == 0;
      results[i] =
          lab()
              .runOne(
                  Shape.of(3, queries, 4, headDim),
                  (be, out) -> {
                    Tensor q = numbers(be, 1, Shape.of(3, queries, 4, headDim));
                    Tensor k = numbers(be, 2, Shape.of(3, 31, 2, headDim));
                    Tensor v = numbers(be, 3, Shape.of(3, 31, 2, headDim));
                    if (together) {
                      AttentionMask mask = AttentionMask.ragged(queries, lengths);
                      out[0].copyFrom(AttentionOp.apply(q, k, v, 0.5f, mask));
                    }
                    for (int b = 0; b < 3 && !together; b++) {
                      Tensor own = k.narrow(0, b, 1).narrow(1, 0, lengths[b]);
                      Tensor ownV = v.narrow(0, b, 1).narrow(1, 0, lengths[b]);
                      out[0]
                          .narrow(0, b, 1)
                          .copyFrom(AttentionOp.apply(q.narrow(0, b, 1), own, ownV, 0.5f, true));
                    }
                  });
    }
    assertThat(results[0]).containsExactly(results[1], offset(1e-5f));
  }

  private static Tensor numbers(Backend backend, int seed, Shape shape) {
    float[] values = new float[Math.toIntExact(shape.numel())];
    RandomStream random = RandomStream.of(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.uniformDouble(i) - 0.5f;
    }
    return Tensor.of(backend, shape, values);
  }

  @Test
  default void attentionOpTurnsBytesIntoABias() {
    float[] bias =
        lab()
            .runOne(
                Shape.of(3),
                (be, out) ->
                    out[0].copyFrom(
                        AttentionOp.bias(Tensor.of(be, Shape.of(3), 0, 1, 1).to(DType.U8))));
    assertThat(bias).containsExactly(Float.NEGATIVE_INFINITY, 0, 0);
  }
}
