package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AxisWeights;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// `ResizeKernels`: maps along an axis with rows of odd widths and of one element, and maxima.
public interface ResizeConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "2, 5, 7, 1, 3",
    "3, 7, 5, 17, 2",
    "2, 3, 9, 33, 4",
    "40, 31, 64, 1, 4",
    "5, 33, 16, 64, 3",
    "0, 3, 4, 5, 2"
  })
  default void resampleSumsWeightedNeighbours(
      int planes, int inputs, int outputs, int width, int taps) {
    String what = "resample %d %d %d %d".formatted(planes, inputs, outputs, width);
    int[] indices = Numbers.below(what, (long) outputs * taps, inputs);
    double[] weights = Numbers.normal(what, (long) outputs * taps);
    float[] floats = new float[weights.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) weights[i];
    }
    AxisWeights map = AxisWeights.of(inputs, taps, indices, floats);
    double[] x = Numbers.normal(what + "x", (long) planes * inputs * width);
    double[] y = Numbers.normal(what + "y", (long) planes * outputs * width);
    double[] ySum = new double[y.length];
    double[] xSum = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      for (int k = 0; k < taps; k++) {
        int n = i / width % outputs * taps + k;
        int at = (i / width / outputs * inputs + indices[n]) * width + i % width;
        ySum[i] += weights[n] * x[at];
        xSum[at] += weights[n] * y[i];
      }
    }
    Shape small = Shape.of(planes, inputs, width);
    Shape large = Shape.of(planes, outputs, width);
    Expect.close(
        what,
        lab()
            .runOne(large, (be, out) -> be.resize().resample(PLAIN.lay(be, small, x), map, out[0])),
        ySum);
    Expect.close(
        what + " transposed",
        lab()
            .runOne(
                small,
                (be, out) ->
                    be.resize().resample(PLAIN.lay(be, large, y), map.transposed(), out[0])),
        xSum);
  }

  /// 2 x 2 windows of a 5 x 4 plane, every second row and column, padded on all sides but never won
  /// by the padding.
  @Test
  default void maxPoolKeepsTheLargest() {
    ConvolutionGeometry g = ConvolutionGeometry.of(2, 1);
    double[] x = Numbers.normal("max pool", 40);
    x[0] = -9; // alone in its window
    double[] dy = Numbers.normal("max pool dy", 18);
    double[] y = new double[18];
    double[] dx = new double[40];
    for (int i = 0; i < 18; i++) {
      int best = -1;
      for (int k = 0; k < 4; k++) {
        int row = i / 3 % 3 * 2 - 1 + k / 2;
        int column = i % 3 * 2 - 1 + k % 2;
        int at = i / 9 * 20 + row * 4 + column;
        boolean inside = row >= 0 && row < 5 && column >= 0 && column < 4;
        best = inside && (best < 0 || x[at] > x[best]) ? at : best;
      }
      y[i] = x[best];
      dx[best] += dy[i];
    }
    List<float[]> actual =
        lab()
            .run(
                (be, out) -> {
                  Tensor index = Tensor.empty(be, DType.I32, Shape.of(2, 3, 3));
                  Tensor images = PLAIN.lay(be, Shape.of(2, 5, 4), x);
                  be.resize().maxPool(images, 2, 2, g, out[0], index);
                  Tensor upstream = PLAIN.lay(be, Shape.of(2, 3, 3), dy);
                  be.resize().maxPoolBackward(upstream, index, out[1]);
                },
                Shape.of(2, 3, 3),
                Shape.of(2, 5, 4));
    Expect.close("max pool", actual.get(0), y);
    Expect.close("max pool gradient", actual.get(1), dx);
  }

  /// The first of equal pixels wins, and one that is no number wins over all; in every layout.
  @ParameterizedTest
  @EnumSource(Layout.class)
  default void maxPoolChoosesAmongEqualsAndNaN(Layout layout) {
    double nan = Double.NaN;
    double[] x = {3, 3, -7, -7, 3, 3, -7, -8, 1, nan, 0, 5, 2, 9, 6, 5}; // [1, 4, 4]
    float[] places =
        lab()
            .run(
                (be, out) -> {
                  Tensor images = layout.lay(be, Shape.of(1, 4, 4), x);
                  Tensor y = Tensor.empty(be, Shape.of(1, 2, 2));
                  Tensor index = Tensor.empty(be, DType.I32, y.shape());
                  be.resize().maxPool(images, 2, 2, ConvolutionGeometry.of(2, 0), y, index);
                  Tensor upstream = layout.lay(be, y.shape(), 1, 2, 3, 4);
                  be.resize().maxPoolBackward(upstream, index, out[0]);
                },
                Shape.of(1, 4, 4))
            .getFirst();
    Expect.close("gradient", places, new double[] {1, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0});
  }
}
