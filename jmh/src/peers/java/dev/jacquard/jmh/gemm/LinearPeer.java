package dev.jacquard.jmh.gemm;

import static org.bytedeco.openblas.global.openblas_full.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_full.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_full.CblasTrans;
import static org.bytedeco.openblas.global.openblas_full.cblas_sgemm;

import dev.jacquard.jmh.Numbers;
import dev.jacquard.jmh.OpenBlasPeer;
import org.bytedeco.javacpp.FloatPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The products of [LinearBenchmark] by OpenBLAS.
public class LinearPeer extends OpenBlasPeer {
  /// `MxKxN`.
  @Param({
    "4096x256x688",
    "4096x688x256",
    "4096x256x256",
    "4096x256x320",
    "8x1024x1024",
    "16x1024x1024"
  })
  public String shape;

  private int m;
  private int k;
  private int n;
  private FloatPointer x;
  private FloatPointer w;
  private FloatPointer y;
  private FloatPointer dx;
  private FloatPointer dw;

  /// Fills the matrices and checks one element of each product.
  @Setup
  public void setup() {
    LinearSizes s = LinearSizes.parse(shape);
    m = s.m();
    k = s.k();
    n = s.n();
    float[] input = Numbers.uniform(1, m * k);
    float[] weight = Numbers.uniform(2, n * k);
    x = pointer(input);
    w = pointer(weight);
    y = pointer(new float[m * n]);
    dx = pointer(new float[m * k]);
    dw = pointer(new float[n * k]);
    float[] dy = floats(forward(), m * n); // serves as gradient too
    s.check(input, weight, dy, floats(inputGradient(), m * k), floats(weightGradient(), n * k));
  }

  /// As [#forward]: OpenBLAS keeps no panels.
  ///
  /// @return the result
  @Benchmark
  public FloatPointer packed() {
    return forward();
  }

  /// `y = x Wᵀ`.
  ///
  /// @return the result
  @Benchmark
  public FloatPointer forward() {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, x, k, w, k, 0, y, n);
    return y;
  }

  /// `dx = dy W`.
  ///
  /// @return the result
  @Benchmark
  public FloatPointer inputGradient() {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, k, n, 1, y, n, w, k, 0, dx, k);
    return dx;
  }

  /// `dW = dyᵀ x`.
  ///
  /// @return the result
  @Benchmark
  public FloatPointer weightGradient() {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, k, m, 1, y, n, x, k, 0, dw, k);
    return dw;
  }
}
