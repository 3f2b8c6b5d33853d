package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A range of one axis.
public interface NarrowOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"0, 1, 2", "1, 0, 7", "1, 6, 1", "-1, 3, 9", "2, 5, 0"})
  default void narrowSelectsARange(int axis, int from, int length) {
    int[] sizes = {3, 7, 17};
    int at = axis < 0 ? axis + 3 : axis;
    long[] result = {3, 7, 17};
    result[at] = length;
    new OpCheck(lab(), "narrow %d %d %d".formatted(axis, from, length))
        .input(3, 7, 17)
        .run(
            x -> NarrowOp.apply(x[0], axis, from, length),
            x -> {
              double[] kept = new double[(int) (result[0] * result[1] * result[2])];
              int n = 0;
              for (int i = 0; i < x[0].length; i++) {
                int[] index = {i / (7 * 17), i / 17 % sizes[1], i % 17};
                if (index[at] >= from && index[at] < from + length) {
                  kept[n++] = x[0][i];
                }
              }
              return kept;
            },
            result);
  }
}
