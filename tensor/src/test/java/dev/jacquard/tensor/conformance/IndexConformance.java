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

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "3, 7, 4, 17", "2, 31, 33, 1", "1, 300, 5000, 3", "5, 3, 0, 2"})
  default void gatherAndScatterElements(int outer, int length, int count, int inner) {
    String what = "elements %d %d %d %d".formatted(outer, length, count, inner);
    Shape xShape = Shape.of(outer, length, inner);
    Shape shape = Shape.of(outer, count, inner);
    double[] x = Numbers.normal(what, xShape.numel());
    double[] src = Numbers.normal(what + "src", shape.numel());
    int[] ids = Numbers.below(what, shape.numel(), length);
    double[] gathered = new double[src.length];
    double[] added = x.clone();
    double[] replaced = x.clone();
    for (int n = 0; n < src.length; n++) {
      int at = (n / inner / count * length + ids[n]) * inner + n % inner;
      gathered[n] = x[at];
      added[at] += src[n];
      replaced[at] = src[n];
    }
    for (Layout layout : Layout.values()) {
      float[] y =
          lab()
              .runOne(
                  shape,
                  (be, out) ->
                      be.index()
                          .gather(
                              layout.lay(be, xShape, x), Tensor.ofInts(be, shape, ids), out[0]));
      Expect.close(what + " gather " + layout, y, gathered, 0, 0);
      for (boolean add : new boolean[] {true, false}) {
        float[] z =
            lab()
                .runOne(
                    xShape,
                    (be, out) ->
                        be.index()
                            .scatter(
                                layout.lay(be, shape, src),
                                Tensor.ofInts(be, shape, ids),
                                add,
                                Lab.write(out[0], x)));
        // Up to 40 summands for one element, added in f32 one after the other.
        double tolerance = add ? 1e-5 : 0;
        Expect.close(what + " scatter", z, add ? added : replaced, tolerance, tolerance);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 7, 4, 17", "2, 31, 33, 1"})
  default void indicesThatAreStretchedChooseSlices(int outer, int length, int count, int inner) {
    Shape xShape = Shape.of(outer, length, inner);
    Shape shape = Shape.of(outer, count, inner);
    double[] x = Numbers.normal("slices", xShape.numel());
    int[] ids = Numbers.below("slices", count, length);
    double[] expected = new double[(int) shape.numel()];
    for (int n = 0; n < expected.length; n++) {
      int id = ids[n / inner % count];
      expected[n] = x[(n / inner / count * length + id) * inner + n % inner];
    }
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) -> {
                  Tensor places = Tensor.ofInts(be, Shape.of(count), ids);
                  be.index()
                      .gather(PLAIN.lay(be, xShape, x), places.strided(0, shape, 0, 1, 0), out[0]);
                });
    Expect.close("slices", y, expected, 0, 0);
  }
}
