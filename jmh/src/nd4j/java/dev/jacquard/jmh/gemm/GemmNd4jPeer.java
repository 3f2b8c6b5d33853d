package dev.jacquard.jmh.gemm;

import dev.jacquard.jmh.Numbers;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The product of [GemmBenchmark] by ND4J, which brings an OpenBLAS of its own. Columns lie without
/// gaps, which is the order that it passes on without a copy.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class GemmNd4jPeer {
  /// Rows and columns.
  @Param({"97", "256", "333", "512", "1000", "1024", "2048"})
  public int n;

  /// Computing threads.
  @Param({"1", "2"})
  public int threads;

  private INDArray a;
  private INDArray b;
  private INDArray c;

  /// Sets the number of threads, fills the matrices and checks one element of the product.
  @Setup
  public void setup() {
    Nd4j.getExecutioner(); // loads the library
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    Nd4j.factory().blas().setMaxThreads(threads);
    if (Nd4j.factory().blas().getMaxThreads() != threads) {
      throw new AssertionError(Nd4j.factory().blas().getMaxThreads() + " threads; need " + threads);
    }
    float[] left = Numbers.uniform(1, n * n);
    float[] right = Numbers.uniform(2, n * n);
    a = Nd4j.createFromArray(left).reshape('c', n, n).dup('f');
    b = Nd4j.createFromArray(right).reshape('c', n, n).dup('f');
    c = Nd4j.create(new long[] {n, n}, 'f');
    double expected = Numbers.dot(left, (n - 1) * n, 1, right, n - 1, n, n);
    Numbers.requireClose("sgemm, last element", sgemm().getFloat(n - 1, n - 1), expected, 1e-3);
  }

  /// One product.
  ///
  /// @return the result
  @Benchmark
  public INDArray sgemm() {
    return Nd4j.gemm(a, b, c, false, false, 1, 0);
  }
}
