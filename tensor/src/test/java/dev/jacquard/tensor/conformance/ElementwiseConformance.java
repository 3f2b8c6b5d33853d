package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `ElementwiseKernels`: odd sizes, 100 003 elements in several chunks, strides, special values.
public interface ElementwiseConformance {
  int[] SIZES = {0, 1, 3, 7, 17, 31, 33, 64, 1000, 100_003};

  Lab lab();

  @ParameterizedTest
  @EnumSource(Binary.class)
  default void binaryOfEverySize(Binary f) {
    for (int size : SIZES) {
      Shape shape = Shape.of(size);
      double[] a = Numbers.normal("binary a", size);
      double[] b = awayFromZero(Numbers.normal("binary b", size));
      double[] expected = new double[size];
      Arrays.setAll(expected, i -> Functions.binary(f, a[i], b[i]));
      float[] y =
          lab()
              .runOne(
                  shape,
                  (be, out) ->
                      be.elementwise()
                          .binary(f, PLAIN.lay(be, shape, a), PLAIN.lay(be, shape, b), out[0]));
      Expect.close(f + " " + size, y, expected, 1e-7, 0); // one rounding
      float[] inPlace =
          lab()
              .runOne(
                  shape,
                  (be, out) -> {
                    Lab.write(out[0], a);
                    be.elementwise().binary(f, out[0], PLAIN.lay(be, shape, b), out[0]);
                  });
      Expect.close(f + " in place " + size, inPlace, expected, 1e-7, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Binary.class)
  default void binaryOfEveryLayout(Binary f) {
    Shape shape = Shape.of(3, 7, 17);
    double[] a = Numbers.normal("binary a", shape.numel());
    double[] b = awayFromZero(Numbers.normal("binary b", shape.numel()));
    double[] expected = new double[a.length];
    Arrays.setAll(expected, i -> Functions.binary(f, a[i], b[i]));
    for (Layout la : Layout.values()) {
      for (Layout lb : Layout.values()) {
        float[] y =
            lab()
                .runOne(
                    shape,
                    (be, out) ->
                        be.elementwise()
                            .binary(f, la.lay(be, shape, a), lb.lay(be, shape, b), out[0]));
        Expect.close("%s %s %s".formatted(f, la, lb), y, expected, 1e-7, 0);
      }
    }
  }

  /// Each axis of `b` is stretched or not: rows, columns, scalars.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  default void binaryStretchesAxesOfStrideZero(int stretchedAxes) {
    int[] sizes = {5, 33, 17};
    Shape shape = Shape.of(5, 33, 17);
    Shape small = shape;
    long[] strides = new long[3];
    long stride = 1;
    for (int axis = 2; axis >= 0; axis--) {
      if (((stretchedAxes >> axis) & 1) == 1) {
        small = small.with(axis, 1);
      } else {
        strides[axis] = stride;
        stride *= sizes[axis];
      }
    }
    Shape stored = small;
    double[] a = Numbers.normal("a", shape.numel());
    double[] b = Numbers.normal("b", small.numel());
    double[] expected = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      long at = i / (33 * 17) * strides[0] + i / 17 % 33 * strides[1] + i % 17 * strides[2];
      expected[i] = a[i] - b[(int) at];
    }
    float[] right =
        lab()
            .runOne(
                shape,
                (be, out) -> {
                  Tensor stretched = PLAIN.lay(be, stored, b).strided(0, shape, strides);
                  be.elementwise().binary(Binary.SUB, PLAIN.lay(be, shape, a), stretched, out[0]);
                });
    Expect.close("a - stretched b", right, expected, 1e-7, 1e-30);
    float[] left =
        lab()
            .runOne(
                shape,
                (be, out) -> {
                  Tensor stretched = PLAIN.lay(be, stored, b).strided(0, shape, strides);
                  be.elementwise().binary(Binary.SUB, stretched, PLAIN.lay(be, shape, a), out[0]);
                });
    Expect.close(
        "stretched b - a", left, DoubleStream.of(expected).map(v -> -v).toArray(), 1e-7, 1e-30);
  }

  @ParameterizedTest
  @EnumSource(Unary.class)
  default void unaryOfEverySize(Unary f) {
    for (int size : SIZES) {
      Shape shape = Shape.of(size);
      double[] x = Functions.domain(f, Numbers.normal("unary", size, 3));
      double[] y = DoubleStream.of(x).map(v -> Functions.unary(f, v)).toArray();
      float[] actual =
          lab()
              .runOne(
                  shape, (be, out) -> be.elementwise().unary(f, PLAIN.lay(be, shape, x), out[0]));
      Expect.close(f + " " + size, actual, y, 1e-6, 1e-7);
      double[] dy = Numbers.normal("dy", size);
      float[] dx =
          lab()
              .runOne(
                  shape,
                  (be, out) ->
                      be.elementwise()
                          .unaryBackward(
                              f,
                              PLAIN.lay(be, shape, dy),
                              PLAIN.lay(be, shape, x),
                              PLAIN.lay(be, shape, y),
                              out[0]));
      Expect.gradient(f + " dx " + size, dx, slopes(f, x, dy), Expect.TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(Unary.class)
  default void unaryOfSpecialValues(Unary f) {
    boolean timesItself = Functions.timesItself(f);
    double[] x =
        DoubleStream.of(
                0,
                -0.0,
                1e-30,
                -1e-30,
                1e-4,
                -1e-4,
                0.3,
                -0.3,
                1,
                -1,
                9,
                -9,
                20,
                -20,
                60,
                -60,
                80,
                -80,
                88,
                -88,
                100,
                -100,
                1e10,
                -1e10,
                3e38,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY)
            .map(v -> (float) v)
            .filter(v -> !(timesItself && v == Double.NEGATIVE_INFINITY))
            .toArray();
    double[] y = DoubleStream.of(x).map(v -> Functions.unary(f, v)).toArray();
    Shape shape = Shape.of(x.length);
    float[] actual =
        lab()
            .runOne(shape, (be, out) -> be.elementwise().unary(f, PLAIN.lay(be, shape, x), out[0]));
    // Below e^-87 = 1.6e-38 f32 has only subnormals, which a kernel may take for 0.
    // Near e^88 the argument's own rounding (4e-6) shows.
    Expect.close(f + " of " + Arrays.toString(x), actual, y, 1e-5, 1.7e-38);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 17, 31, 33, 64, 1000, 100_003})
  default void affineScalesAndShifts(int size) {
    Shape shape = Shape.of(size);
    double[] x = Numbers.normal("affine", size);
    double[] expected = DoubleStream.of(x).map(v -> -2.5 * v + 0.75).toArray();
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.elementwise().affine(PLAIN.lay(be, shape, x), -2.5f, 0.75f, out[0]));
    Expect.close("affine", y, expected, 1e-6, 1e-6);
    float[] inPlace =
        lab()
            .runOne(
                shape,
                (be, out) -> be.elementwise().affine(Lab.write(out[0], x), -2.5f, 0.75f, out[0]));
    Expect.close("affine in place", inPlace, expected, 1e-6, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 17, 31, 33, 64, 1000, 100_003})
  default void weightedSumAddsTwoProducts(int size) {
    Shape shape = Shape.of(size);
    double[] a = Numbers.normal("weighted a", size);
    double[] b = Numbers.normal("weighted b", size);
    double[] expected = new double[size];
    Arrays.setAll(expected, i -> -2.5 * a[i] + 0.75 * b[i]);
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.elementwise()
                        .weightedSum(
                            PLAIN.lay(be, shape, a),
                            -2.5f,
                            PLAIN.lay(be, shape, b),
                            0.75f,
                            out[0]));
    Expect.close("weighted sum", y, expected, 1e-6, 1e-6);
    float[] inPlace =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.elementwise()
                        .weightedSum(
                            Lab.write(out[0], a), -2.5f, PLAIN.lay(be, shape, b), 0.75f, out[0]));
    Expect.close("weighted sum in place of a", inPlace, expected, 1e-6, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 17, 31, 33, 64, 1000, 100_003})
  default void clampLimitsAndPassesGradientsInside(int size) {
    Shape shape = Shape.of(size);
    double[] x = Numbers.normal("clamp", size);
    Arrays.setAll(x, i -> i % 5 == 0 ? -0.5 : x[i]); // the bound itself counts as inside
    double[] dy = Numbers.normal("clamp dy", size);
    double[] expected = DoubleStream.of(x).map(v -> Math.clamp(v, -0.5, 0.75)).toArray();
    double[] expectedDx = new double[size];
    Arrays.setAll(expectedDx, i -> x[i] >= -0.5 && x[i] <= 0.75 ? dy[i] : 0);
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) -> be.elementwise().clamp(PLAIN.lay(be, shape, x), -0.5f, 0.75f, out[0]));
    Expect.close("clamp", y, expected, 0, 0);
    float[] dx =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.elementwise()
                        .clampBackward(
                            PLAIN.lay(be, shape, dy),
                            PLAIN.lay(be, shape, x),
                            -0.5f,
                            0.75f,
                            out[0]));
    Expect.close("clamp dx", dx, expectedDx, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  default void selectTakesOneOrTheOther(Layout layout) {
    Shape shape = Shape.of(5, 33, 17);
    double[] mask = Numbers.normal("mask", shape.numel());
    Arrays.setAll(mask, i -> mask[i] < 0 ? 0 : mask[i]);
    double[] a = Numbers.normal("select a", shape.numel());
    double[] b = Numbers.normal("select b", 17); // the same for each row
    double[] expected = new double[a.length];
    Arrays.setAll(expected, i -> mask[i] != 0 ? a[i] : b[i % 17]);
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.elementwise()
                        .select(
                            layout.lay(be, shape, mask),
                            layout.lay(be, shape, a),
                            PLAIN.lay(be, Shape.of(17), b).strided(0, shape, 0, 0, 1),
                            out[0]));
    Expect.close("select " + layout, y, expected, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 17, 31, 33, 64, 1000, 100_003})
  default void swiGluGates(int size) {
    Shape shape = Shape.of(size);
    double[] gate = Numbers.normal("gate", size, 3);
    double[] up = Numbers.normal("up", size);
    double[] dy = Numbers.normal("dy", size);
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.elementwise()
                        .swiGlu(PLAIN.lay(be, shape, gate), PLAIN.lay(be, shape, up), out[0]));
    Expect.close("swiGlu " + size, y, swiGlu(gate, up), 1e-6, 1e-6);
    List<float[]> gradients =
        lab()
            .run(
                (be, out) ->
                    be.elementwise()
                        .swiGluBackward(
                            PLAIN.lay(be, shape, dy),
                            PLAIN.lay(be, shape, gate),
                            PLAIN.lay(be, shape, up),
                            out[0],
                            out[1]),
                shape,
                shape);
    Expect.gradient(
        "swiGlu dGate",
        gradients.get(0),
        gate,
        v -> Numbers.dot(dy, swiGlu(v, up)),
        Expect.TOLERANCE);
    Expect.gradient(
        "swiGlu dUp",
        gradients.get(1),
        up,
        v -> Numbers.dot(dy, swiGlu(gate, v)),
        Expect.TOLERANCE);
  }

  @Test
  default void swiGluOfLargeGates() {
    double[] gate = {100, -100, 1000, -1000, 88, -88, 30, -30};
    double[] up = {1, 1, 2, 2, 1, 1, 1, 1};
    Shape shape = Shape.of(gate.length);
    float[] y =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.elementwise()
                        .swiGlu(PLAIN.lay(be, shape, gate), PLAIN.lay(be, shape, up), out[0]));
    Expect.close("swiGlu of large gates", y, swiGlu(gate, up), 1e-6, 1e-30);
  }

  private static double[] swiGlu(double[] gate, double[] up) {
    double[] y = new double[gate.length];
    Arrays.setAll(y, i -> gate[i] / (1 + Math.exp(-gate[i])) * up[i]);
    return y;
  }

  /// `f'(x) · dy` by central differences, for some elements.
  private static double[] slopes(Unary f, double[] x, double[] dy) {
    double[] slopes = new double[x.length];
    Arrays.fill(slopes, Double.NaN);
    for (int i = 0; i < x.length; i += 1 + x.length / 100) {
      double[] argument = {x[i]};
      slopes[i] = dy[i] * Numbers.derivative(v -> Functions.unary(f, v[0]), argument, 0);
    }
    return slopes;
  }

  private static double[] awayFromZero(double[] x) {
    double[] away = new double[x.length];
    Arrays.setAll(away, i -> Math.abs(x[i]) < 0.25 ? x[i] + 0.5 : x[i]);
    return Numbers.round(away);
  }
}
