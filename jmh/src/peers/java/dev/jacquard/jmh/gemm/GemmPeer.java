package dev.jacquard.jmh.gemm;

import static org.bytedeco.openblas.global.openblas_full.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_full.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_full.cblas_sgemm;

import dev.jacquard.jmh.Numbers;
import dev.jacquard.jmh.OpenBlasPeer;
import org.bytedeco.javacpp.FloatPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The product of [GemmBenchmark] by OpenBLAS.
public class GemmPeer extends OpenBlasPeer {
  /// Rows and columns.
  @Param({"97", "256", "333", "512", "1000", "1024", "2048"})
  public int n;

  private FloatPointer a;
  private FloatPointer b;
  private FloatPointer c;

  /// Fills the matrices and checks one element of the product.
  @Setup
  public void setup() {
    float[] left = Numbers.uniform(1, n * n);
    float[] right = Numbers.uniform(2, n * n);
    a = pointer(left);
    b = pointer(right);
    c = pointer(new float[n * n]);
    GemmBenchmark.check(left, right, floats(sgemm(), n * n), n);
  }

  /// One product.
  ///
  /// @return the result
  @Benchmark
  public FloatPointer sgemm() {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
    return c;
  }
}
