package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows of a table by number.
public interface EmbeddingOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "3, 2, 7, 17", "17, 3, 31, 33", "5, 2, 0, 3"})
  default void embeddingLooksRowsUp(int rows, int b, int t, int width) {
    String what = "embedding %d %d %d %d".formatted(rows, b, t, width);
    int[] ids = Numbers.below(what, (long) b * t, rows);
    new OpCheck(lab(), what)
        .input(rows, width)
        .run(
            x -> EmbeddingOp.apply(x[0], Tensor.ofInts(x[0].backend(), Shape.of(b, t), ids)),
            x -> {
              double[] y = new double[b * t * width];
              Arrays.setAll(y, i -> x[0][ids[i / width] * width + i % width]);
              return y;
            },
            b,
            t,
            width);
  }
}
