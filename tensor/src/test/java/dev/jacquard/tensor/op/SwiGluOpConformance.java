package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `silu(gate) · up`.
public interface SwiGluOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "17, 31", "33, 64", "0, 3"})
  default void swiGluOpGates(int rows, int width) {
    new OpCheck(lab(), "swiGlu %d %d".formatted(rows, width))
        .input(rows, width)
        .input(rows, width)
        .run(
            x -> SwiGluOp.apply(x[0], x[1]),
            x -> {
              double[] y = new double[x[0].length];
              Arrays.setAll(y, i -> x[0][i] / (1 + Math.exp(-x[0][i])) * x[1][i]);
              return y;
            },
            rows,
            width);
  }
}
