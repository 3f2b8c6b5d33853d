package dev.jacquard.tensor.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `ReduceKernels`: every choice of axes, every layout.
public interface ReduceConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "1 1 1",
        "3 7 17",
        "1 33 31",
        "5 1 3",
        "31 3 64",
        "2 130 401",
        "2053 3 17",
        "3 2053 2",
        "1 1 100003",
        "0 3 4",
        "3 0 4"
      })
  default void sumAndMaxOverAnyAxes(int a, int b, int c) {
    Shape shape = Shape.of(a, b, c);
    double[] x = Numbers.normal("reduce", shape.numel());
    for (int reduced = 0; reduced < 8; reduced++) {
      Shape result = shape;
      for (int axis = 0; axis < 3; axis++) {
        result = ((reduced >> axis) & 1) == 1 ? result.with(axis, 1) : result;
      }
      for (Layout layout : Layout.values()) {
        String what = "%s to %s, %s".formatted(shape, result, layout);
        double[] sums = new double[(int) result.numel()];
        double[] sizes = new double[sums.length];
        double[] maxima = new double[sums.length];
        Arrays.fill(maxima, Double.NEGATIVE_INFINITY);
        for (int n = 0; n < x.length; n++) {
          int target = target(n, shape, result);
          sums[target] += x[n];
          sizes[target] += Math.abs(x[n]);
          maxima[target] = Math.max(maxima[target], x[n]);
        }
        float[] y =
            lab().runOne(result, (be, out) -> be.reduce().sum(layout.lay(be, shape, x), out[0]));
        // Summands cancel: an error is to be seen against Σ|x|, a few roundings of it.
        double scale = DoubleStream.of(sizes).max().orElse(0);
        Expect.close("sum of " + what, y, sums, 1e-6, 3e-7 * scale);
        if (x.length > 0) {
          float[] max =
              lab().runOne(result, (be, out) -> be.reduce().max(layout.lay(be, shape, x), out[0]));
          Expect.close("max of " + what, max, maxima, 0, 0);
        }
      }
    }
  }

  @Test
  default void maxOfInfinitiesAndNegativeNumbers() {
    double no = Double.NEGATIVE_INFINITY;
    double[] x = {no, no, no, -3, no, -7, 1, Double.POSITIVE_INFINITY, 2, -5, -4, -6};
    float[] y =
        lab()
            .runOne(
                Shape.of(4, 1),
                (be, out) -> be.reduce().max(Layout.PLAIN.lay(be, Shape.of(4, 3), x), out[0]));
    Expect.close("max", y, new double[] {no, -3, Double.POSITIVE_INFINITY, -4}, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 17, 31, 33, 1000, 100_003, 300_000})
  default void sumOfSquaresOfEverySize(int size) {
    double[] x = Numbers.normal("squares", size);
    double[] result = new double[1];
    lab()
        .runOne(
            Shape.of(2),
            (be, out) -> {
              result[0] = be.reduce().sumOfSquares(Layout.PLAIN.lay(be, Shape.of(size), x));
              // The two halves of its bits, so that thread counts are compared exactly.
              long bits = Double.doubleToRawLongBits(result[0]);
              Lab.write(out[0], (int) (bits >>> 40), (int) (bits & 0xffffff));
            });
    assertThat(result[0]).isCloseTo(Numbers.dot(x, x), within(1e-6 * Numbers.dot(x, x)));
  }

  private static int target(int n, Shape from, Shape to) {
    int c = (int) (n % from.dim(2));
    int b = (int) (n / from.dim(2) % from.dim(1));
    int a = (int) (n / from.dim(2) / from.dim(1));
    a = to.dim(0) == 1 ? 0 : a;
    b = to.dim(1) == 1 ? 0 : b;
    c = to.dim(2) == 1 ? 0 : c;
    return (int) ((a * to.dim(1) + b) * to.dim(2) + c);
  }
}
