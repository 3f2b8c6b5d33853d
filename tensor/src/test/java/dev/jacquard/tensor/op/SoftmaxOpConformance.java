package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Probabilities of the last axis.
public interface SoftmaxOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "17, 31", "5, 64", "0, 3"})
  default void softmaxOpNormalisesRows(int rows, int width) {
    new OpCheck(lab(), "softmax %d %d".formatted(rows, width))
        .input(rows, width)
        .run(
            x -> SoftmaxOp.apply(x[0]),
            x -> {
              double[] y = new double[x[0].length];
              for (int i = 0; i < y.length; i++) {
                double sum = 0;
                for (int c = 0; c < width; c++) {
                  sum += Math.exp(x[0][i / width * width + c]);
                }
                y[i] = Math.exp(x[0][i]) / sum;
              }
              return y;
            },
            rows,
            width);
  }
}
