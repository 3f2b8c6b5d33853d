package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `RotaryKernels`: odd numbers of pairs, positions and heads; heads before positions in memory.
public interface RotaryConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 2, 0",
    "2, 3, 1, 6, 5",
    "1, 7, 3, 14, 1",
    "3, 17, 2, 34, 0",
    "1, 33, 5, 62, 4",
    "2, 5, 3, 64, 31",
    "2, 70, 4, 66, 3",
    "1, 0, 2, 8, 0"
  })
  default void rotaryTurnsPairs(int batch, int length, int heads, int headDim, int from) {
    Shape shape = Shape.of(batch, length, heads, headDim);
    Shape tables = Shape.of(from + length + 2, headDim / 2);
    double[] x = Numbers.normal("rotary x", shape.numel());
    double[] dy = Numbers.normal("rotary dy", shape.numel());
    double[] cos = new double[(int) tables.numel()];
    double[] sin = new double[cos.length];
    for (int i = 0; i < cos.length; i++) {
      int position = i / (headDim / 2);
      double angle = position * Math.pow(10_000, -2.0 * (i % (headDim / 2)) / headDim);
      cos[i] = (float) Math.cos(angle);
      sin[i] = (float) Math.sin(angle);
    }
    double[] differences =
        Expect.differences(x, v -> Numbers.dot(dy, rotate(v, cos, sin, shape, from)));
    for (Layout layout : Layout.values()) {
      if (!layout.keepsLastAxis()) {
        continue; // the last axis is always contiguous
      }
      String what = "rotary %s from %d, %s".formatted(shape, from, layout);
      float[] y =
          lab()
              .runOne(
                  shape,
                  (be, out) -> {
                    Tensor c = PLAIN.lay(be, tables, cos);
                    Tensor s = PLAIN.lay(be, tables, sin);
                    be.rotary().rotate(layout.lay(be, shape, x), c, s, from, false, out[0]);
                  });
      Expect.close(what, y, rotate(x, cos, sin, shape, from), 1e-6, 1e-6);
      float[] dx =
          lab()
              .runOne(
                  shape,
                  (be, out) -> {
                    Tensor c = PLAIN.lay(be, tables, cos);
                    Tensor s = PLAIN.lay(be, tables, sin);
                    be.rotary().rotate(layout.lay(be, shape, dy), c, s, from, true, out[0]);
                  });
      Expect.gradient(what + " backwards", dx, differences, Expect.TOLERANCE);
    }
  }

  private static double[] rotate(
      double[] x, double[] cos, double[] sin, Shape shape, int fromPosition) {
    int length = shape.intDim(1);
    int heads = shape.intDim(2);
    int headDim = shape.intDim(3);
    int half = headDim / 2;
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int d = i % headDim;
      int position = fromPosition + i / headDim / heads % length;
      double c = cos[position * half + d % half];
      double s = sin[position * half + d % half];
      y[i] = d < half ? x[i] * c - x[i + half] * s : x[i] * c + x[i - half] * s;
    }
    return y;
  }
}
