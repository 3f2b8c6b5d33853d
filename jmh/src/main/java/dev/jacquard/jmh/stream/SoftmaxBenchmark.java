package dev.jacquard.jmh.stream;

import dev.jacquard.jmh.Numbers;
import dev.jacquard.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/// Softmax of rows.
public class SoftmaxBenchmark extends StreamBenchmark {
  /// Elements of a row.
  @Param({"512", "997", "16384"})
  public int width;

  private Tensor x;
  private Tensor y;
  private Tensor dx;

  /// Fills the tensors and checks the last row.
  @Override
  protected void prepare() {
    x = uniform(1, rows(width), width);
    y = empty(rows(width), width);
    dx = empty(rows(width), width);
    float[] in = x.narrow(0, rows(width) - 1, 1).toFloats();
    float[] out = softmax().narrow(0, rows(width) - 1, 1).toFloats();
    checkSoftmax(in, out);
    checkBackward(in, out, at(backward(), dx.shape().numel() - 1));
  }

  /// Checks the last element of a row.
  static void checkSoftmax(float[] x, float[] y) {
    double sum = 0;
    for (float each : x) {
      sum += Math.exp(each);
    }
    Numbers.requireClose("softmax", y[y.length - 1], Math.exp(x[x.length - 1]) / sum, 1e-7);
  }

  /// `dx = y (dy - Σ dy y)`, where `x` serves as `dy`.
  static void checkBackward(float[] x, float[] y, double actual) {
    double dot = Numbers.dot(x, 0, 1, y, 0, 1, x.length);
    double expected = y[y.length - 1] * (x[x.length - 1] - dot);
    Numbers.requireClose("softmax backward", actual, expected, 1e-7);
  }

  /// Reads and writes once, if rows stay in the cache.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor softmax() {
    backend.softmax().softmax(x, y);
    return y;
  }

  /// Gradient by the input; the input serves as gradient from above.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(12 * COUNT)
  public Tensor backward() {
    backend.softmax().softmaxBackward(x, y, dx);
    return dx;
  }
}
