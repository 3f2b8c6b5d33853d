package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `NormKernels`: rows of odd widths; 130 x 257 and 1100 x 96 are cut into several chunks.
public interface NormConformance {
  float EPS = 1e-5f;

  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "3, 1",
    "1, 3",
    "7, 7",
    "3, 17",
    "2, 31",
    "5, 33",
    "4, 64",
    "3, 131",
    "130, 257",
    "1100, 96",
    "0, 8"
  })
  default void rmsNormDividesByTheRootMeanSquare(int rows, int width) {
    String what = "rmsNorm [" + rows + ", " + width + "]";
    double[] x = Numbers.normal(what + "x", (long) rows * width);
    double[] w = Numbers.normal(what + "w", width);
    double[] dy = Numbers.normal(what + "dy", (long) rows * width);
    Shape shape = Shape.of(rows, width);

    List<float[]> forward =
        lab()
            .run(
                (be, out) ->
                    be.norm()
                        .rmsNorm(
                            PLAIN.lay(be, shape, x),
                            PLAIN.lay(be, Shape.of(width), w),
                            EPS,
                            out[0],
                            out[1]),
                shape,
                Shape.of(rows));
    Expect.close(what + " y", forward.get(0), rmsNorm(x, w, rows));
    double[] rstd = rstd(x, rows, width);
    Expect.close(what + " rstd", forward.get(1), rstd);

    List<float[]> backward =
        lab()
            .run(
                (be, out) ->
                    be.norm()
                        .rmsNormBackward(
                            PLAIN.lay(be, shape, dy),
                            PLAIN.lay(be, shape, x),
                            PLAIN.lay(be, Shape.of(width), w),
                            PLAIN.lay(be, Shape.of(rows), rstd),
                            out[0],
                            out[1]),
                shape,
                Shape.of(width));
    Expect.gradient(
        what + " dx",
        backward.get(0),
        x,
        v -> Numbers.dot(dy, rmsNorm(v, w, rows)),
        gradientTolerance(width));
    Expect.gradient(
        what + " dw", backward.get(1), w, v -> Numbers.dot(dy, rmsNorm(x, v, rows)), 3e-5);
  }

  /// Rows of one or a few elements may be tiny, so `rstd` is large (up to 1/√eps = 316) and with it
  /// the terms that cancel in `dx`.
  private static double gradientTolerance(int width) {
    return width < 8 ? 1e-4 : Expect.TOLERANCE;
  }

  private static double[] rmsNorm(double[] x, double[] w, int rows) {
    double[] rstd = rstd(x, rows, w.length);
    double[] y = new double[x.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < w.length; c++) {
        y[r * w.length + c] = x[r * w.length + c] * rstd[r] * w[c];
      }
    }
    return y;
  }

  private static double[] rstd(double[] x, int rows, int width) {
    double[] rstd = new double[rows];
    for (int r = 0; r < rows; r++) {
      double mean = 0;
      for (int c = 0; c < width; c++) {
        mean += x[r * width + c] * x[r * width + c] / width;
      }
      rstd[r] = 1 / Math.sqrt(mean + EPS);
    }
    return rstd;
  }
}
