package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `x · Wᵀ` for rows of any leading shape.
public interface LinearOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "2, 3, 17, 31", "3, 11, 33, 7", "1, 100, 64, 65", "0, 3, 4, 5"})
  default void linearMultipliesByTheTransposedWeight(int b, int t, int in, int out) {
    new OpCheck(lab(), "linear %d %d %d %d".formatted(b, t, in, out))
        .input(b, t, in)
        .input(out, in)
        .tolerance(2e-5) // gradients of the weight are sums over up to 100 rows
        .run(
            x -> LinearOp.apply(x[0], x[1]),
            x -> {
              double[] y = new double[b * t * out];
              for (int i = 0; i < y.length; i++) {
                for (int c = 0; c < in; c++) {
                  y[i] += x[0][i / out * in + c] * x[1][i % out * in + c];
                }
              }
              return y;
            },
            b,
            t,
            out);
  }
}
