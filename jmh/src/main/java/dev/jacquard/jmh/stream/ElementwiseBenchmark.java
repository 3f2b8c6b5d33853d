package dev.jacquard.jmh.stream;

import dev.jacquard.jmh.MemorySpeed;
import dev.jacquard.jmh.Numbers;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.TearDown;

/// Functions of one and two elements, and what memory can do.
public class ElementwiseBenchmark extends StreamBenchmark {
  private MemorySpeed memory;
  private Tensor a;
  private Tensor b;
  private Tensor y;

  /// Fills the tensors and checks the last element of each result.
  @Override
  protected void prepare() {
    memory = new MemorySpeed(threads);
    a = uniform(1, COUNT);
    b = uniform(2, COUNT);
    y = empty(COUNT);
    double u = at(a, COUNT - 1);
    double v = at(b, COUNT - 1);
    double silu = u / (1 + Math.exp(-u));
    checkSum(a.toFloats());
    Numbers.requireClose("copy", at(copy(), COUNT - 1), u, 0);
    Numbers.requireClose("add", at(add(), COUNT - 1), u + v, 1e-6);
    Numbers.requireClose("exp", at(exp(), COUNT - 1), Math.exp(u), 1e-6);
    Numbers.requireClose("silu", at(silu(), COUNT - 1), silu, 1e-6);
    Numbers.requireClose("gelu", at(gelu(), COUNT - 1), gelu(u), 1e-6);
    Numbers.requireClose("swiGlu", at(swiGlu(), COUNT - 1), silu * v, 1e-6);
  }

  private void checkSum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    Numbers.requireClose("sum", sum(), sum, 5); // of 16 million numbers in f32
  }

  /// `x Φ(x)`, the integral by Simpson's rule: the argument is small.
  static double gelu(double x) {
    int steps = 100; // even
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x / 2);
    for (int i = 1; i < steps; i++) {
      double t = i * h;
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t / 2);
    }
    return x * (0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI));
  }

  /// Baseline: reads, by [MemorySpeed].
  ///
  /// @return the sum
  @Benchmark
  @OperationsPerInvocation(4 * COUNT)
  public float sum() {
    return memory.sum(a.segment());
  }

  /// Baseline: reads and writes, by [MemorySpeed].
  ///
  /// @return the copy
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor copy() {
    memory.copy(a.segment(), y.segment());
    return y;
  }

  /// `a + b`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(12 * COUNT)
  public Tensor add() {
    backend.elementwise().binary(Binary.ADD, a, b, y);
    return y;
  }

  /// `eᵃ`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor exp() {
    return map(Unary.EXP);
  }

  /// `a · sigmoid(a)`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor silu() {
    return map(Unary.SILU);
  }

  /// `a · Φ(a)`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor gelu() {
    return map(Unary.GELU);
  }

  private Tensor map(Unary f) {
    backend.elementwise().unary(f, a, y);
    return y;
  }

  /// `silu(a) · b`.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(12 * COUNT)
  public Tensor swiGlu() {
    backend.elementwise().swiGlu(a, b, y);
    return y;
  }

  /// Stops the threads of the baselines.
  @TearDown
  public void tearDown() {
    memory.close();
  }
}
