package dev.jacquard.jmh.stream;

import dev.jacquard.jmh.Numbers;
import dev.jacquard.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/// Norms over rows.
public class NormBenchmark extends StreamBenchmark {
  static final float EPS = 1e-5f;

  /// Elements of a row.
  @Param({"256", "997", "4096"})
  public int width;

  private Tensor x;
  private Tensor w;
  private Tensor b;
  private Tensor y;
  private Tensor dy;
  private Tensor dw;
  private Tensor mean;
  private Tensor rstd;

  /// Fills the tensors and checks the last row.
  @Override
  protected void prepare() {
    int rows = rows(width);
    x = uniform(1, rows, width);
    w = uniform(2, width);
    b = uniform(3, width);
    dy = uniform(4, rows, width);
    y = empty(rows, width);
    dw = empty(width);
    mean = empty(rows);
    rstd = empty(rows);
    float[] in = x.narrow(0, rows - 1, 1).toFloats();
    float[] gradient = dy.narrow(0, rows - 1, 1).toFloats();
    long last = (long) rows * width - 1;
    checkLayerNorm(in, w.toFloats(), b.toFloats(), at(layerNorm(), last));
    checkRmsNorm(in, w.toFloats(), at(rmsNorm(), last));
    checkRmsNormBackward(gradient, in, w.toFloats(), at(rmsNormBackward(), last));
  }

  static void checkRmsNorm(float[] x, float[] w, double actual) {
    int n = x.length;
    double expected = x[n - 1] * w[n - 1] * rstd(x, 0);
    Numbers.requireClose("rmsNorm", actual, expected, 1e-5);
  }

  static void checkLayerNorm(float[] x, float[] w, float[] b, double actual) {
    int n = x.length;
    double mean = 0;
    for (float each : x) {
      mean += each / (double) n;
    }
    double expected = (x[n - 1] - mean) * w[n - 1] * rstd(x, mean) + b[n - 1];
    Numbers.requireClose("layerNorm", actual, expected, 1e-5);
  }

  /// `dx = r (w dy - x r² Σ(w dy x) / n)`, with `r` the reciprocal root.
  private static void checkRmsNormBackward(float[] dy, float[] x, float[] w, double actual) {
    int n = x.length;
    double dot = 0;
    for (int i = 0; i < n; i++) {
      dot += (double) w[i] * dy[i] * x[i];
    }
    double r = rstd(x, 0);
    double expected = r * (w[n - 1] * dy[n - 1] - x[n - 1] * r * r * dot / n);
    Numbers.requireClose("rmsNorm backward", actual, expected, 1e-5);
  }

  private static double rstd(float[] x, double mean) {
    double sum = 0;
    for (float each : x) {
      sum += (each - mean) * (each - mean);
    }
    return 1 / Math.sqrt(sum / x.length + EPS);
  }

  /// Reads and writes once, if rows stay in the cache.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor rmsNorm() {
    backend.norm().rmsNorm(x, w, EPS, y, rstd);
    return y;
  }

  /// Gradients by the input and by the weight; needs what [#rmsNorm] left.
  ///
  /// @return gradient by the input
  @Benchmark
  @OperationsPerInvocation(12 * COUNT)
  public Tensor rmsNormBackward() {
    backend.norm().rmsNormBackward(dy, x, w, rstd, y, dw);
    return y;
  }

  /// Reads and writes once, if rows stay in the cache.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor layerNorm() {
    backend.norm().layerNorm(x, w, b, EPS, y, mean, rstd);
    return y;
  }
}
