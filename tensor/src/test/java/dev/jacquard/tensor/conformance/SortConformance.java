package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `SortKernels`, with many equal elements.
public interface SortConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "17, 33", "2, 1000", "900, 3", "0, 5"})
  default void ordersRows(int rows, int width) {
    Shape shape = Shape.of(rows, width);
    double[] x = Numbers.normal("sort", shape.numel());
    Arrays.setAll(x, i -> Math.rint(2 * x[i])); // equals abound
    for (boolean descending : new boolean[] {true, false}) {
      for (int kept : new int[] {width, (width + 1) / 2}) {
        double[] expected = new double[rows * kept];
        for (int row = 0; row < rows; row++) {
          for (int i = 0; i < width; i++) {
            int place = place(x, row * width, width, i, descending);
            if (place < kept) {
              expected[row * kept + place] = i;
            }
          }
        }
        Shape result = Shape.of(rows, kept);
        float[] ids =
            lab()
                .runOne(
                    result,
                    (be, out) -> {
                      Tensor order = Tensor.empty(be, DType.I32, result);
                      be.sort().argSort(PLAIN.lay(be, shape, x), descending, order);
                      out[0].copyFrom(order);
                    });
        Expect.close("sort %s %d".formatted(shape, kept), ids, expected, 0, 0);
      }
    }
    double[] best = new double[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        best[row] = x[row * width + i] > x[row * width + (int) best[row]] ? i : best[row];
      }
    }
    float[] ids =
        lab()
            .runOne(
                Shape.of(rows),
                (be, out) -> {
                  Tensor maxima = Tensor.empty(be, DType.I32, Shape.of(rows));
                  be.sort().argMax(PLAIN.lay(be, shape, x), maxima);
                  out[0].copyFrom(maxima);
                });
    Expect.close("argMax " + shape, ids, best, 0, 0);
  }

  @Test
  default void nanIsLargestAndZerosAreEqual() {
    double[] x = {0, Double.NaN, -0.0, Double.POSITIVE_INFINITY, -1, Double.NEGATIVE_INFINITY};
    Shape shape = Shape.of(1, 6);
    float[] ids =
        lab()
            .runOne(
                shape,
                (be, out) -> {
                  Tensor order = Tensor.empty(be, DType.I32, shape);
                  be.sort().argSort(PLAIN.lay(be, shape, x), false, order);
                  out[0].copyFrom(order);
                });
    Expect.close("order", ids, new double[] {5, 4, 0, 2, 3, 1}, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "7, 33", "1000, 500", "0, 4"})
  default void searchesSortedSequences(int length, int count) {
    double[] sorted = Numbers.normal("sorted", length);
    Arrays.setAll(sorted, i -> Math.rint(2 * sorted[i]));
    Arrays.sort(sorted);
    double[] x = Numbers.normal("searched", count);
    Arrays.setAll(x, i -> Math.rint(4 * x[i]) / 2);
    for (boolean right : new boolean[] {true, false}) {
      double[] expected = new double[count];
      for (int i = 0; i < count; i++) {
        double v = x[i];
        expected[i] = Arrays.stream(sorted).filter(s -> right ? s <= v : s < v).count();
      }
      float[] ids =
          lab()
              .runOne(
                  Shape.of(count),
                  (be, out) -> {
                    Tensor places = Tensor.empty(be, DType.I32, Shape.of(count));
                    Tensor s = PLAIN.lay(be, Shape.of(length), sorted);
                    be.sort().searchSorted(s, PLAIN.lay(be, Shape.of(count), x), right, places);
                    out[0].copyFrom(places);
                  });
      Expect.close("searchSorted", ids, expected, 0, 0);
    }
  }

  /// How many elements of a row come before element `i`.
  private static int place(double[] x, int from, int width, int i, boolean descending) {
    int before = 0;
    for (int j = 0; j < width; j++) {
      double difference = descending ? x[from + i] - x[from + j] : x[from + j] - x[from + i];
      before += difference < 0 || (difference == 0 && j < i) ? 1 : 0;
    }
    return before;
  }
}
