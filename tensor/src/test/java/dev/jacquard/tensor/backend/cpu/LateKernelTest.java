package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.OwnJvm;
import dev.jacquard.tensor.shape.Shape;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kernels for the last columns of a product are compiled well although they become hot late.
///
/// By then the JIT compiler trusts what it has seen of the classes of all vectors: one
/// `FloatVector` of another size than [VectorWidth] says, stored anywhere before, and the
/// accumulators become objects. Only a fresh JVM shows this.
@Timeout(180)
class LateKernelTest {
  private static final int M = 64;
  private static final int K = 1024;
  private static final int ROUNDS = 3000;

  /// What runs in a JVM of its own; prints the bytes of heap that the last products took.
  static final class Program {
    private Program() {}

    /// First whole panels from each form of the operands, then a last panel of each width.
    public static void main(String[] ignored) {
      try (Backend backend = Backends.cpu(1)) {
        multiply(backend, true, GemmKernels.COLUMNS);
        multiply(backend, false, GemmKernels.COLUMNS);
        for (int vectors = 1; vectors <= GemmKernels.VECTORS; vectors++) {
          System.out.println("bytes " + multiply(backend, false, vectors * VectorWidth.LANES) / M);
        }
      }
    }

    /// Heap that one product takes once its kernels are compiled.
    private static long multiply(Backend backend, boolean isTransposed, int n) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      Tensor a = Tensor.full(backend, isTransposed ? Shape.of(K, M) : Shape.of(M, K), 0.5f);
      Tensor b = Tensor.full(backend, Shape.of(K, n), 0.25f);
      Tensor c = Tensor.empty(backend, Shape.of(M, n));
      Tensor rows = isTransposed ? a.transpose(0, 1) : a;
      long[] taken = new long[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        backend.matmul().matmul(rows, b, c, false);
        taken[i] = threads.getCurrentThreadAllocatedBytes() - before;
      }
      return Arrays.stream(taken, ROUNDS - 50, ROUNDS).min().orElseThrow();
    }
  }

  @Test
  void lastColumnsKeepTheirAccumulatorsInRegisters() throws Exception {
    String width = "-D" + VectorWidth.PROPERTY + "=" + VectorWidth.FLOATS.vectorBitSize();
    List<String> bytes =
        OwnJvm.run(Program.class, width, "--add-modules", "jdk.incubator.vector").stream()
            .filter(line -> line.startsWith("bytes "))
            .toList();
    assertThat(bytes).hasSize(GemmKernels.VECTORS);
    // one boxed vector at every k would be more than 60 kB a row
    assertThat(bytes)
        .allSatisfy(line -> assertThat(Long.parseLong(line.substring(6))).isLessThan(1000));
  }
}
