package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sums over chosen axes.
public interface SumOpConformance {
  Lab lab();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  default void sumOverChosenAxes(int chosen) {
    int[] sizes = {3, 7, 17};
    int[] axes = IntStream.range(0, 3).filter(a -> isChosen(chosen, a)).toArray();
    long[] result = new long[3];
    Arrays.setAll(result, a -> isChosen(chosen, a) ? 1 : sizes[a]);
    new OpCheck(lab(), "sum over " + Arrays.toString(axes))
        .input(3, 7, 17)
        .run(
            x -> SumOp.apply(x[0], axes),
            x -> {
              double[] y = new double[(int) (result[0] * result[1] * result[2])];
              for (int i = 0; i < x[0].length; i++) {
                long a = isChosen(chosen, 0) ? 0 : i / (7 * 17);
                long b = isChosen(chosen, 1) ? 0 : i / 17 % 7;
                long c = isChosen(chosen, 2) ? 0 : i % 17;
                y[(int) ((a * result[1] + b) * result[2] + c)] += x[0][i];
              }
              return y;
            },
            result);
  }

  @Test
  default void sumOfNothingIsZero() {
    new OpCheck(lab(), "sum of nothing")
        .input(0, 3)
        .run(x -> SumOp.apply(x[0], 0), x -> new double[3], 1, 3);
  }

  private static boolean isChosen(int chosen, int axis) {
    return ((chosen >> axis) & 1) == 1;
  }
}
