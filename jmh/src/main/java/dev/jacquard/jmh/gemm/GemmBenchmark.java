package dev.jacquard.jmh.gemm;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.jmh.Numbers;
import dev.jacquard.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/// `C = A · B` of square f32 matrices; `2n³` operations.
public class GemmBenchmark extends EngineBenchmark {
  /// Rows and columns.
  @Param({"97", "256", "333", "512", "1000", "1024", "2048"})
  public int n;

  private Tensor a;
  private Tensor b;
  private Tensor c;

  /// Fills the matrices and checks one element of the product.
  @Override
  protected void prepare() {
    a = uniform(1, n, n);
    b = uniform(2, n, n);
    c = empty(n, n);
    sgemm();
    check(a.toFloats(), b.toFloats(), c.toFloats(), n);
  }

  /// Checks the last element, which lies in the last and smallest tile.
  static void check(float[] a, float[] b, float[] c, int n) {
    double expected = Numbers.dot(a, (n - 1) * n, 1, b, n - 1, n, n);
    Numbers.requireClose("sgemm, last element", c[n * n - 1], expected, 1e-3);
  }

  /// One product.
  ///
  /// @return the result
  @Benchmark
  public Tensor sgemm() {
    backend.matmul().matmul(a, b, c, false);
    return c;
  }
}
