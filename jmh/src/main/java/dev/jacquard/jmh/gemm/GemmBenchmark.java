package dev.jacquard.jmh.gemm;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// `C = A · B` of square f32 matrices; `2n³` operations.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules",
      "jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseSerialGC",
      "-XX:Tier3DelayOn=1000"
    })
public class GemmBenchmark {
  /// Rows and columns.
  @Param({"97", "256", "333", "512", "1024"})
  public int n;

  /// Computing threads.
  @Param({"1", "2"})
  public int threads;

  private Backend backend;
  private Tensor a;
  private Tensor b;
  private Tensor c;

  /// Fills the matrices and checks one element of the product.
  @Setup
  public void setup() {
    backend = Backends.byName("cpu", threads);
    float[] left = values(1);
    float[] right = values(2);
    a = Tensor.of(backend, Shape.of(n, n), left);
    b = Tensor.of(backend, Shape.of(n, n), right);
    c = Tensor.empty(backend, Shape.of(n, n));
    sgemm();
    double expected = 0;
    for (int k = 0; k < n; k++) {
      expected += (double) left[(n - 1) * n + k] * right[k * n + n - 1];
    }
    float actual = c.toFloats()[n * n - 1];
    if (Math.abs(actual - expected) > 1e-3) {
      throw new AssertionError("sgemm: last element is " + actual + "; need " + expected);
    }
  }

  private float[] values(long seed) {
    RandomStream random = RandomStream.of(seed);
    float[] values = new float[n * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.uniform(i) - 0.5f;
    }
    return values;
  }

  /// One product.
  ///
  /// @return the result
  @Benchmark
  public Tensor sgemm() {
    backend.matmul().matmul(a, b, c, false);
    return c;
  }

  /// Gives memory and threads back.
  @TearDown
  public void tearDown() {
    backend.close();
  }
}
