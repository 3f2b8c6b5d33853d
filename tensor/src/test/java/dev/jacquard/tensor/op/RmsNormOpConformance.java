package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows divided by their root mean square.
public interface RmsNormOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 3, 8", "2, 3, 17", "5, 7, 33", "2, 31, 64", "0, 2, 4"})
  default void rmsNormOpNormalisesRows(int a, int b, int width) {
    float eps = 1e-5f;
    new OpCheck(lab(), "rmsNorm %d %d %d".formatted(a, b, width))
        .input(a, b, width)
        .input(width)
        .tolerance(2e-5) // gradients of the weight are sums over up to 62 rows
        .run(
            x -> RmsNormOp.apply(x[0], x[1], eps),
            x -> {
              double[] y = new double[x[0].length];
              for (int i = 0; i < y.length; i++) {
                double mean = 0;
                for (int c = 0; c < width; c++) {
                  mean += Math.pow(x[0][i / width * width + c], 2) / width;
                }
                y[i] = x[0][i] / Math.sqrt(mean + eps) * x[1][i % width];
              }
              return y;
            },
            a,
            b,
            width);
  }
}
