package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PLAIN;

import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The norms of `NormKernels` that take off a mean: rows and groups of odd sizes, several chunks.
public interface CenteredNormConformance {
  float EPSILON = 1e-5f;

  Lab lab();

  /// `batch` times `groups` runs of `channels` weights of `pixels` elements each; rows if there is
  /// one group of single pixels.
  record Runs(int batch, int groups, int channels, int pixels, double mean) {
    int width() {
      return groups * channels;
    }

    boolean areRows() {
      return groups == 1 && pixels == 1;
    }

    Shape x() {
      return areRows() ? Shape.of(batch, channels) : Shape.of(batch, width(), pixels);
    }

    Shape statistics() {
      return areRows() ? Shape.of(batch) : Shape.of(batch, groups);
    }

    double[] sample() {
      double[] x = Numbers.normal(this + " x", x().numel());
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) (x[i] + mean);
      }
      return x;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 3, 1", "7, 1, 7, 1", "3, 1, 17, 1", "5, 1, 33, 1", "2, 1, 131, 1", "70, 1, 257, 1",
    "0, 1, 8, 1", "2, 2, 3, 7", "1, 4, 1, 17", "3, 2, 2, 33", "2, 8, 4, 160", "1, 2, 5, 1",
    "0, 2, 2, 5"
  })
  default void normsTakeOffTheMean(int batch, int groups, int channels, int pixels) {
    Runs runs = new Runs(batch, groups, channels, pixels, 0);
    double[] x = runs.sample();
    double[] w = Numbers.normal(runs + " w", runs.width());
    double[] b = Numbers.normal(runs + " b", runs.width());
    double[] dy = Numbers.normal(runs + " dy", x.length);
    double[] mean = new double[batch * groups];
    double[] rstd = new double[batch * groups];
    double[] y = norm(runs, x, w, b, mean, rstd);
    List<float[]> forward = forward(runs, x, w, b);
    Expect.close("y " + runs, forward.get(0), y);
    Expect.close("mean " + runs, forward.get(1), mean);
    Expect.close("rstd " + runs, forward.get(2), rstd);
    List<float[]> backward = backward(runs, dy, x, w, mean, rstd);
    // Weights collect from up to 320 elements, and small runs may have a large rstd.
    double tolerance = 1e-4;
    Expect.gradient(
        "dx " + runs,
        backward.get(0),
        x,
        v -> Numbers.dot(dy, norm(runs, v, w, b, mean.clone(), rstd.clone())),
        tolerance);
    Expect.gradient(
        "dw " + runs,
        backward.get(1),
        w,
        v -> Numbers.dot(dy, norm(runs, x, v, b, mean.clone(), rstd.clone())),
        tolerance);
    Expect.gradient(
        "db " + runs,
        backward.get(2),
        b,
        v -> Numbers.dot(dy, norm(runs, x, w, v, mean.clone(), rstd.clone())),
        tolerance);
  }

  /// A variance of 1 around a mean of 1000 has no digit left in a difference of sums of squares.
  @Test
  default void normsOfValuesFarFromZero() {
    for (Runs runs : List.of(new Runs(4, 1, 64, 1, 1000), new Runs(2, 2, 4, 50, 1000))) {
      double[] x = runs.sample();
      double[] w = Numbers.normal(runs + " w", runs.width());
      double[] b = Numbers.normal(runs + " b", runs.width());
      int statistics = runs.batch * runs.groups;
      double[] y = norm(runs, x, w, b, new double[statistics], new double[statistics]);
      // the mean of f32 values near 1000 is rounded to 6e-5
      Expect.close("y " + runs, forward(runs, x, w, b).getFirst(), y, 1e-4, 5e-4);
    }
  }

  private List<float[]> forward(Runs runs, double[] x, double[] w, double[] b) {
    return lab()
        .run(
            (be, out) -> {
              NormKernels kernels = be.norm();
              var xt = PLAIN.lay(be, runs.x(), x);
              var wt = PLAIN.lay(be, Shape.of(w.length), w);
              var bt = PLAIN.lay(be, Shape.of(b.length), b);
              if (runs.areRows()) {
                kernels.layerNorm(xt, wt, bt, EPSILON, out[0], out[1], out[2]);
              } else {
                kernels.groupNorm(xt, wt, bt, EPSILON, out[0], out[1], out[2]);
              }
            },
            runs.x(),
            runs.statistics(),
            runs.statistics());
  }

  private List<float[]> backward(
      Runs runs, double[] dy, double[] x, double[] w, double[] mean, double[] rstd) {
    return lab()
        .run(
            (be, out) -> {
              NormKernels kernels = be.norm();
              var dyt = PLAIN.lay(be, runs.x(), dy);
              var xt = PLAIN.lay(be, runs.x(), x);
              var wt = PLAIN.lay(be, Shape.of(w.length), w);
              var mt = PLAIN.lay(be, runs.statistics(), mean);
              var rt = PLAIN.lay(be, runs.statistics(), rstd);
              if (runs.areRows()) {
                kernels.layerNormBackward(dyt, xt, wt, mt, rt, out[0], out[1], out[2]);
              } else {
                kernels.groupNormBackward(dyt, xt, wt, mt, rt, out[0], out[1], out[2]);
              }
            },
            runs.x(),
            Shape.of(w.length),
            Shape.of(w.length));
  }

  private static double[] norm(
      Runs runs, double[] x, double[] w, double[] b, double[] mean, double[] rstd) {
    double[] y = new double[x.length];
    int size = runs.channels * runs.pixels;
    for (int run = 0; run < mean.length; run++) {
      mean[run] = 0;
      double variance = 0;
      for (int i = 0; i < size; i++) {
        mean[run] += x[run * size + i] / size;
      }
      for (int i = 0; i < size; i++) {
        variance += Math.pow(x[run * size + i] - mean[run], 2) / size;
      }
      rstd[run] = 1 / Math.sqrt(variance + EPSILON);
      for (int i = run * size; i < (run + 1) * size; i++) {
        int c = i / runs.pixels % runs.width();
        y[i] = (x[i] - mean[run]) * rstd[run] * w[c] + b[c];
      }
    }
    return y;
  }
}
