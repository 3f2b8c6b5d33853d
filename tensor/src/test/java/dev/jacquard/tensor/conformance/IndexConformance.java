package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `IndexKernels`: rows asked for several times and never.
public interface IndexConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "3, 7, 1",
    "7, 3, 17",
    "17, 31, 33",
    "320, 1000, 100",
    "5, 2000, 65",
    "4, 0, 3",
    "300, 7, 257"
  })
  default void gatherAndScatterRows(int rows, int count, int width) {
    String what = "index %d %d %d".formatted(rows, count, width);
    Shape tableShape = Shape.of(rows, width);
    Shape shape = Shape.of(count, width);
    double[] table = Numbers.normal(what, tableShape.numel());
    double[] dy = Numbers.normal(what + "dy", shape.numel());
    int[] ids = Numbers.below(what, count, rows);
    double[] gathered = new double[count * width];
    double[] scattered = new double[rows * width];
    for (int i = 0; i < gathered.length; i++) {
      int at = ids[i / width] * width + i % width;
      gathered[i] = table[at];
      scattered[at] += dy[i];
    }
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.index()
                        .gatherRows(
                            PLAIN.lay(be, tableShape, table),
                            Tensor.ofInts(be, Shape.of(count), ids),
                            out[0]));
    Expect.close(what + " gather", y, gathered, 0, 0);
    float[] dTable =
        lab()
            .runOne(
                tableShape,
                (be, out) ->
                    be.index()
                        .scatterAddRows(
                            PLAIN.lay(be, shape, dy),
                            Tensor.ofInts(be, Shape.of(count), ids),
                            out[0]));
    // Up to 400 summands for one element, added in f32 one after the other.
    Expect.close(what + " scatter", dTable, scattered, 1e-5, 2e-5);
  }
}
