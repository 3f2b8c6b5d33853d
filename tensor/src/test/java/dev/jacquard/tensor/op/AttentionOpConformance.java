package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
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
}
