package dev.jacquard.jmh.gemm;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.jmh.MemorySpeed;
import dev.jacquard.jmh.Numbers;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;

/// `y = W x` for a weight `[n, 4096]` of each type: a step of decoding.
///
/// Bytes of the weight over the time are to be held against the bytes over the time of [#sum],
/// where both are larger than the caches: a large `n`.
public class GemvBenchmark extends EngineBenchmark {
  private static final int K = 4096;
  private static final int PERIOD = 16; // rows of the weight that differ

  /// Rows of the weight: in f32 34, 3.5 and 268 MB, in `Q8_0` 9, 0.9 and 71 MB.
  @Param({"2048", "211", "16384"})
  public int n;

  private MemorySpeed memory;
  private Tensor x;
  private Tensor w;
  private Tensor y;

  /// Makes the weight that the benchmark needs and checks one element of the product.
  @Override
  protected void prepare() {
    DType type =
        measured.equals("sum") ? DType.F32 : DType.valueOf(measured.toUpperCase(Locale.ROOT));
    memory = new MemorySpeed(threads);
    Tensor some = uniform(1, PERIOD, K).to(type);
    w = Tensor.empty(backend, type, Shape.of(n, K));
    for (int row = 0; row < n; row += PERIOD) {
      int rows = Math.min(PERIOD, n - row);
      w.narrow(0, row, rows).copyFrom(some.narrow(0, 0, rows));
    }
    x = uniform(2, 1, K);
    y = empty(1, n);
    multiply();
    float[] left = x.toFloats();
    float[] right = w.narrow(0, n - 1, 1).to(DType.F32).toFloats();
    double expected = Numbers.dot(left, 0, 1, right, 0, 1, K);
    Numbers.requireClose("gemv, last element", y.toFloats()[n - 1], expected, 1e-3);
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

  /// Reads the f32 weight and does nothing else: how fast memory is, by [MemorySpeed].
  ///
  /// @return the sum
  @Benchmark
  public float sum() {
    return memory.sum(w.segment());
  }

  /// Stops the threads of [#sum].
  @TearDown
  public void tearDown() {
    memory.close();
  }
}
