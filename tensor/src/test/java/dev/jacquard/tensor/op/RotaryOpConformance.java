package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Layout;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pairs turned by the angle of their position.
public interface RotaryOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 2, 0", "2, 3, 2, 6, 4", "1, 17, 3, 34, 1", "2, 0, 1, 4, 2"})
  default void rotaryOpTurnsPairs(int b, int t, int heads, int headDim, int from) {
    int half = headDim / 2;
    Shape tables = Shape.of(from + t, half);
    double[] angles = Numbers.normal("rotary angles", tables.numel());
    double[] cos = Numbers.round(DoubleStream.of(angles).map(Math::cos).toArray());
    double[] sin = Numbers.round(DoubleStream.of(angles).map(Math::sin).toArray());
    new OpCheck(lab(), "rotary %d %d %d %d".formatted(b, t, heads, headDim))
        .input(b, t, heads, headDim)
        .run(
            x -> {
              Tensor c = Layout.PLAIN.lay(x[0].backend(), tables, cos);
              Tensor s = Layout.PLAIN.lay(x[0].backend(), tables, sin);
              return RotaryOp.apply(x[0], c, s, from);
            },
            x -> {
              double[] y = new double[x[0].length];
              for (int i = 0; i < y.length; i++) {
                int d = i % headDim;
                int angle = (from + i / headDim / heads % t) * half + d % half;
                double other = d < half ? -x[0][i + half] : x[0][i - half];
                y[i] = x[0][i] * cos[angle] + other * sin[angle];
              }
              return y;
            },
            b,
            t,
            heads,
            headDim);
  }

  @Test
  default void rotaryOpTurnsNeighbours() {
    Shape tables = Shape.of(4, 3);
    double[] angles = Numbers.normal("rotary angles", tables.numel());
    double[] cos = Numbers.round(DoubleStream.of(angles).map(Math::cos).toArray());
    double[] sin = Numbers.round(DoubleStream.of(angles).map(Math::sin).toArray());
    new OpCheck(lab(), "rotary interleaved")
        .input(2, 4, 3, 6)
        .run(
            x -> {
              Tensor c = Layout.PLAIN.lay(x[0].backend(), tables, cos);
              Tensor s = Layout.PLAIN.lay(x[0].backend(), tables, sin);
              return RotaryOp.interleaved(x[0], c, s, 0);
            },
            x -> {
              double[] y = new double[x[0].length];
              for (int i = 0; i < y.length; i++) {
                int angle = i / 18 % 4 * 3 + i % 6 / 2;
                double other = i % 2 == 0 ? -x[0][i + 1] : x[0][i - 1];
                y[i] = x[0][i] * cos[angle] + other * sin[angle];
              }
              return y;
            },
            2,
            4,
            3,
            6);
  }
}
