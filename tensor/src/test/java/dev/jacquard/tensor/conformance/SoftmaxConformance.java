package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `SoftmaxKernels`: odd widths, several chunks, masked and huge logits.
public interface SoftmaxConformance {
  int IGNORE = -100;

  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "1, 1", "3, 1", "1, 3", "7, 7", "3, 17", "2, 31", "5, 33", "4, 64", "3, 131", "70, 523",
    "900, 40", "0, 5"
  })
  default void softmaxGivesProbabilities(int rows, int width) {
    String what = "softmax [" + rows + ", " + width + "]";
    Shape shape = Shape.of(rows, width);
    double[] x = Numbers.normal(what + "x", (long) rows * width, 3);
    double[] dy = Numbers.normal(what + "dy", (long) rows * width);
    double[] y = softmax(x, width);
    float[] actual =
        lab().runOne(shape, (be, out) -> be.softmax().softmax(PLAIN.lay(be, shape, x), out[0]));
    Expect.close(what, actual, y, 1e-5, 1e-7);
    float[] dx =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.softmax()
                        .softmaxBackward(
                            PLAIN.lay(be, shape, dy),
                            PLAIN.lay(be, shape, Numbers.round(y)),
                            out[0]));
    Expect.gradient(what + " dx", dx, x, v -> Numbers.dot(dy, softmax(v, width)), Expect.TOLERANCE);
  }

  @Test
  default void softmaxOfHugeAndMaskedLogits() {
    double no = Double.NEGATIVE_INFINITY;
    int width = 19;
    double[] x = new double[5 * width];
    Arrays.fill(x, 0, width, no); // all masked: zeros
    Arrays.fill(x, width, 2 * width, no); // all but one masked: 1 there
    x[width + 17] = -3e38f;
    Arrays.fill(x, 2 * width, 3 * width, 3e38f); // equal and huge: 1 / width
    for (int c = 0; c < width; c++) {
      x[3 * width + c] = c % 2 == 0 ? c : no; // every other one masked
      x[4 * width + c] = -200 * c; // probabilities that underflow
    }
    double[] expected = softmax(x, width);
    Arrays.fill(expected, 0, width, 0);
    float[] y =
        lab()
            .runOne(
                Shape.of(5, width),
                (be, out) -> be.softmax().softmax(PLAIN.lay(be, Shape.of(5, width), x), out[0]));
    // A masked entry has probability 0; e^-87 = 1e-38 is as far as f32 goes.
    Expect.close("softmax of huge and masked logits", y, expected, 1e-5, 2e-38);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 3",
    "7, 7",
    "3, 17",
    "5, 31",
    "2, 33",
    "4, 64",
    "9, 131",
    "100, 331",
    "900, 40",
    "0, 5"
  })
  default void crossEntropyIsTheNegativeLogLikelihood(int rows, int vocabulary) {
    String what = "crossEntropy [" + rows + ", " + vocabulary + "]";
    Shape shape = Shape.of(rows, vocabulary);
    double[] x = Numbers.normal(what + "x", (long) rows * vocabulary, 3);
    int[] labels = Numbers.below(what + "labels", rows, vocabulary);
    for (int r = 1; r < rows; r += 3) {
      labels[r] = IGNORE;
    }
    List<float[]> forward =
        lab()
            .run(
                (be, out) ->
                    be.softmax()
                        .crossEntropy(
                            PLAIN.lay(be, shape, x),
                            Tensor.ofInts(be, Shape.of(rows), labels),
                            IGNORE,
                            out[0],
                            out[1]),
                Shape.of(rows),
                Shape.of(rows));
    double[] lse = lse(x, rows, vocabulary);
    Expect.close(what + " loss", forward.get(0), losses(x, labels, vocabulary));
    Expect.close(what + " lse", forward.get(1), lse);
    float scale = 0.37f;
    float[] dx =
        lab()
            .runOne(
                shape,
                (be, out) ->
                    be.softmax()
                        .crossEntropyBackward(
                            scale,
                            PLAIN.lay(be, shape, x),
                            Tensor.ofInts(be, Shape.of(rows), labels),
                            IGNORE,
                            PLAIN.lay(be, Shape.of(rows), lse),
                            out[0]));
    Expect.gradient(
        what + " dx",
        dx,
        x,
        v -> scale * Arrays.stream(losses(v, labels, vocabulary)).sum(),
        Expect.TOLERANCE);
  }

  @Test
  default void crossEntropyOfHugeLogits() {
    double[] x = {1e4, 0, -1e4, 3e4f, 3e4f, 3e4f};
    int[] labels = {1, 2};
    List<float[]> forward =
        lab()
            .run(
                (be, out) ->
                    be.softmax()
                        .crossEntropy(
                            PLAIN.lay(be, Shape.of(2, 3), x),
                            Tensor.ofInts(be, Shape.of(2), labels),
                            IGNORE,
                            out[0],
                            out[1]),
                Shape.of(2),
                Shape.of(2));
    // log 3 is added to 30000 and subtracted again, which leaves an f32 step of 30000: 2e-3.
    Expect.close("loss", forward.get(0), new double[] {1e4, Math.log(3)}, 1e-6, 2e-3);
    Expect.close("lse", forward.get(1), new double[] {1e4, 3e4 + Math.log(3)}, 1e-6, 0);
  }

  private static double[] losses(double[] x, int[] labels, int width) {
    double[] lse = lse(x, labels.length, width);
    double[] losses = new double[labels.length];
    for (int r = 0; r < labels.length; r++) {
      losses[r] = labels[r] == IGNORE ? 0 : lse[r] - x[r * width + labels[r]];
    }
    return losses;
  }

  private static double[] lse(double[] x, int rows, int width) {
    double[] lse = new double[rows];
    for (int r = 0; r < rows; r++) {
      double max = Arrays.stream(x, r * width, (r + 1) * width).max().orElseThrow();
      double sum = 0;
      for (int c = 0; c < width; c++) {
        sum += Math.exp(x[r * width + c] - max);
      }
      lse[r] = max + Math.log(sum);
    }
    return lse;
  }

  private static double[] softmax(double[] x, int width) {
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += width) {
      double max = Arrays.stream(x, from, from + width).max().orElseThrow();
      double sum = 0;
      for (int i = from; i < from + width; i++) {
        y[i] = Math.exp(x[i] - max); // not x - log-sum-exp: the sum would be lost beside 3e38
        sum += y[i];
      }
      for (int i = from; i < from + width; i++) {
        y[i] /= sum;
      }
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 17, 31, 33, 64, 1000})
  default void logSumExpOfRows(int width) {
    Shape shape = Shape.of(5, width);
    double[] x = Numbers.normal("logSumExp", shape.numel(), 3);
    for (int i = 0; i < width; i++) {
      x[i] += 500; // would overflow without the maximum
      x[width + i] = Double.NEGATIVE_INFINITY;
    }
    double[] xr = Numbers.round(x);
    double[] expected = new double[5];
    for (int row = 0; row < 5; row++) {
      double shift = row == 0 ? 500 : 0;
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += Math.exp(xr[row * width + i] - shift);
      }
      expected[row] = shift + Math.log(sum);
    }
    float[] y =
        lab()
            .runOne(
                Shape.of(5),
                (be, out) -> be.softmax().logSumExp(Layout.PLAIN.lay(be, shape, xr), out[0]));
    Expect.close("logSumExp " + width, y, expected, 1e-6, 1e-6);
  }
}
