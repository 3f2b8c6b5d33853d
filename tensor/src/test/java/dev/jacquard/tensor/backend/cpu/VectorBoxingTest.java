package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.GroupNormOp;
import dev.jacquard.tensor.op.LayerNormOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.RmsNormOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.op.SwiGluOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Compiled kernels leave no vectors on the heap.
///
/// Where the JIT compiler stops inlining, each vector becomes an object: results stay right, but a
/// kernel becomes many times slower. This shows in the bytes that a thread allocates.
class VectorBoxingTest {
  private static final int ROWS = 256;
  private static final int COLUMNS = 256;
  private static final long MOST_BYTES = 32 << 10; // one boxed vector a row: 40 kB
  private static final long MOST_NANOS = 30_000_000_000L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Backend backend;
  private static TensorScope scope;

  @BeforeAll
  static void open() {
    backend = Backends.cpu(1); // so that this thread does all the work
    scope = TensorScope.open("boxing");
  }

  @AfterAll
  static void close() {
    scope.close();
    backend.close();
  }

  static Stream<Arguments> ops() {
    List<Arguments> ops = new ArrayList<>();
    EnumSet<Unary> vectorised = EnumSet.complementOf(EnumSet.of(Unary.SIN, Unary.COS));
    for (Unary f : vectorised) {
      ops.add(op(f.name(), x -> x.map(f)));
    }
    ops.add(op("add", x -> x.add(x)));
    ops.add(op("mul", x -> x.mul(x)));
    ops.add(op("div", x -> x.div(x)));
    ops.add(op("sum", Tensor::sum));
    ops.add(op("linear", x -> LinearOp.apply(x, x)));
    ops.add(op("softmax", SoftmaxOp::apply));
    ops.add(op("swiGlu", x -> SwiGluOp.apply(x, x)));
    ops.add(op("rmsNorm", x -> RmsNormOp.apply(x, x.narrow(0, 0, 1).reshape(COLUMNS), 1e-5f)));
    ops.add(op("layerNorm", x -> LayerNormOp.apply(x, null, null, 1e-5f)));
    ops.add(op("groupNorm", x -> GroupNormOp.apply(x, 32, null, null, 1e-5f)));
    ops.add(op("attention", VectorBoxingTest::attention));
    ops.add(op("crossEntropy", VectorBoxingTest::crossEntropy));
    return ops.stream();
  }

  private static Arguments op(String name, UnaryOperator<Tensor> op) {
    return Arguments.of(name, op);
  }

  private static Tensor attention(Tensor x) {
    Tensor heads = x.reshape(1, ROWS, COLUMNS / 32, 32);
    return AttentionOp.apply(heads, heads, heads, 0.2f, AttentionMask.causal(ROWS, ROWS));
  }

  private static Tensor crossEntropy(Tensor x) {
    return CrossEntropyOp.apply(x, Tensor.ofInts(backend, Shape.of(ROWS), new int[ROWS]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ops")
  void forwardAndBackwardAllocateOnlyTensors(String name, UnaryOperator<Tensor> op) {
    Random random = new Random(1);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.1f + random.nextFloat();
    }
    long least =
        scope.within(
            () -> {
              Tensor x = Tensor.of(backend, Shape.of(ROWS, COLUMNS), values).trainable();
              return leastBytes(() -> differentiate(op, x));
            });
    assertThat(least).as("bytes of heap of %s", name).isLessThan(MOST_BYTES);
  }

  @Test
  void sumOfSquaresAllocatesOnlyPartialSums() {
    long least =
        scope.within(
            () -> {
              Tensor x = Tensor.full(backend, Shape.of(ROWS, COLUMNS), 0.5f);
              return leastBytes(() -> backend.reduce().sumOfSquares(x));
            });
    assertThat(least).as("bytes of heap").isLessThan(MOST_BYTES);
  }

  /// One row, a few and many rows, and the conversions themselves.
  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16", "Q8_0", "Q4_0"})
  void storedWeightsAllocateOnlyTensors(DType type) {
    long least =
        scope.within(
            () -> {
              Tensor weight = Tensor.full(backend, Shape.of(512, 1024), 0.5f); // boxed: over 1 MB
              Tensor stored = weight.to(type);
              Tensor x = Tensor.full(backend, Shape.of(24, 1024), 0.5f);
              return leastBytes(
                  () -> {
                    for (int rows : new int[] {1, 3, 24}) {
                      LinearOp.apply(x.narrow(0, 0, rows), stored);
                    }
                    stored.copyFrom(weight);
                    stored.to(DType.F32);
                  });
            });
    assertThat(least).as("bytes of heap, %s", type).isLessThan(MOST_BYTES);
  }

  private static void differentiate(UnaryOperator<Tensor> op, Tensor x) {
    Tape tape = new Tape();
    tape.backward(tape.call(() -> op.apply(x).sum()));
  }

  /// The fewest bytes that a run allocates, once it is compiled.
  private static long leastBytes(Runnable step) {
    long least = Long.MAX_VALUE;
    long end = System.nanoTime() + MOST_NANOS;
    while (least > MOST_BYTES && System.nanoTime() < end) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      TensorScope.run("step", step);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
