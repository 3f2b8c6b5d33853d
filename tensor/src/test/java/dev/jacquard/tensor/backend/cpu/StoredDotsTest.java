package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.OwnJvm;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels over stored weights keep their vectors in registers in whatever order the JIT compiler
/// inlines.
///
/// Which methods are compiled by themselves before their callers is a matter of time, and what it
/// changes shows in one JVM of a hundred. A JVM that inlines in a random order shows it at once.
@Timeout(180)
class StoredDotsTest {
  private static final long MOST_BYTES = 32 << 10; // a boxed vector for each block would be 500 kB
  private static final int ROWS = 4; // kernels are for 1, 2 and 4
  private static final long MOST_NANOS = 10_000_000_000L; // until it is compiled

  /// What runs in a JVM of its own; prints the fewest bytes of heap that a product took.
  static final class Program {
    private Program() {}

    public static void main(String[] ignored) {
      try (Backend backend = Backends.cpu(1);
          TensorScope _ = TensorScope.open("weights")) {
        Tensor weight = Tensor.full(backend, Shape.of(512, 1024), 0.5f);
        for (DType type : List.of(DType.BF16, DType.Q8_0, DType.Q4_0)) {
          Tensor stored = weight.to(type);
          for (int rows = 1; rows <= ROWS; rows *= 2) {
            Tensor x = Tensor.full(backend, Shape.of(rows, 1024), 0.5f);
            System.out.println("bytes " + leastBytes(x, stored));
          }
        }
      }
    }

    private static long leastBytes(Tensor x, Tensor weight) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      long end = System.nanoTime() + MOST_NANOS;
      while (least > MOST_BYTES && System.nanoTime() < end) {
        long before = threads.getCurrentThreadAllocatedBytes();
        TensorScope.run("step", () -> LinearOp.apply(x, weight));
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      return least;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 12, 13})
  void vectorsStayInRegistersInWhateverOrderIsInlined(int seed) throws Exception {
    List<String> bytes =
        OwnJvm.run(
                Program.class,
                "-D" + VectorWidth.PROPERTY + "=" + VectorWidth.FLOATS.vectorBitSize(),
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+StressIncrementalInlining",
                "-XX:StressSeed=" + seed)
            .stream()
            .filter(line -> line.startsWith("bytes "))
            .toList();
    assertThat(bytes).hasSize(9);
    assertThat(bytes)
        .allSatisfy(line -> assertThat(Long.parseLong(line.substring(6))).isLessThan(MOST_BYTES));
  }
}
