package dev.jacquard.jmh.gemm;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.Locale;
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
import org.openjdk.jmh.infra.BenchmarkParams;

/// `y = W x` for a weight `[n, 4096]` of each type: a step of decoding. Bytes of the weight over
/// the time are to be held against [#sum], which reads `4 · 4096 · n` bytes and does nothing else.
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
public class GemvBenchmark {
  private static final int K = 4096;
  private static final int PERIOD = 16; // rows of the weight that differ

  /// Rows of the weight: in f32 34, 3.5 and 268 MB, in `Q8_0` 9, 0.9 and 71 MB.
  @Param({"2048", "211", "16384"})
  public int n;

  /// Computing threads.
  @Param({"1", "2"})
  public int threads;

  private Backend backend;
  private Tensor x;
  private Tensor w;
  private Tensor y;

  /// Makes the weight that the benchmark needs and checks one element of the product.
  ///
  /// @param params tells which benchmark will run
  @Setup
  public void setup(BenchmarkParams params) {
    String name = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
    DType type = name.equals("sum") ? DType.F32 : DType.valueOf(name.toUpperCase(Locale.ROOT));
    backend = Backends.byName("cpu", threads);
    Tensor some = Tensor.of(backend, Shape.of(PERIOD, K), values(1, PERIOD * K)).to(type);
    w = Tensor.empty(backend, type, Shape.of(n, K));
    for (int row = 0; row < n; row += PERIOD) {
      int rows = Math.min(PERIOD, n - row);
      w.narrow(0, row, rows).copyFrom(some.narrow(0, 0, rows));
    }
    x = Tensor.of(backend, Shape.of(1, K), values(2, K));
    y = Tensor.empty(backend, Shape.of(1, n));
    multiply();
    float[] left = x.toFloats();
    float[] right = w.narrow(0, n - 1, 1).to(DType.F32).toFloats();
    double expected = 0;
    for (int k = 0; k < K; k++) {
      expected += (double) left[k] * right[k];
    }
    float actual = y.toFloats()[n - 1];
    if (Math.abs(actual - expected) > 1e-3) {
      throw new AssertionError("gemv: last element is " + actual + "; need " + expected);
    }
  }

  private static float[] values(long seed, int count) {
    RandomStream random = RandomStream.of(seed);
    float[] values = new float[count];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.uniform(i) - 0.5f;
    }
    return values;
  }

  private Tensor multiply() {
    backend.matmul().matmul(x, w.transpose(0, 1), y, false);
    return y;
  }

  /// Weight of 4 bytes a number.
  ///
  /// @return the result
  @Benchmark
  public Tensor f32() {
    return multiply();
  }

  /// Weight of 2 bytes a number.
  ///
  /// @return the result
  @Benchmark
  public Tensor bf16() {
    return multiply();
  }

  /// Weight of 2 bytes a number that are no half of an f32.
  ///
  /// @return the result
  @Benchmark
  public Tensor f16() {
    return multiply();
  }

  /// Weight of 34 bytes for 32 numbers.
  ///
  /// @return the result
  @Benchmark
  public Tensor q8_0() {
    return multiply();
  }

  /// Weight of 18 bytes for 32 numbers.
  ///
  /// @return the result
  @Benchmark
  public Tensor q4_0() {
    return multiply();
  }

  /// Sums of the rows of the f32 weight: how fast memory can be read.
  ///
  /// @return the sums
  @Benchmark
  public Tensor sum() {
    Tensor sums = y.strided(0, Shape.of(n, 1), 1, 1);
    backend.reduce().sum(w, sums);
    return sums;
  }

  /// Gives memory and threads back.
  @TearDown
  public void tearDown() {
    backend.close();
  }
}
