package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Axes in another order.
public interface PermuteOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"0, 1, 2", "2, 1, 0", "1, 2, 0", "2, 0, 1", "0, 2, 1"})
  default void permuteReordersAxes(int first, int second, int third) {
    long[] sizes = {3, 7, 17};
    int[] axes = {first, second, third};
    long[] result = {sizes[first], sizes[second], sizes[third]};
    new OpCheck(lab(), "permute " + Arrays.toString(axes))
        .input(sizes)
        .run(
            x -> PermuteOp.apply(x[0], axes),
            x -> {
              double[] y = new double[x[0].length];
              for (int i = 0; i < y.length; i++) {
                long[] index = new long[3]; // by the axes of x
                index[third] = i % result[2];
                index[second] = i / result[2] % result[1];
                index[first] = i / result[2] / result[1];
                y[i] = x[0][(int) ((index[0] * 7 + index[1]) * 17 + index[2])];
              }
              return y;
            },
            result);
  }
}
