package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.ConvertLoops.SHORTS;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels over stored weights keep their vectors in registers whatever ran before them.
///
/// What the JIT compiler still inlines at the end of a long kernel depends on what kinds of memory
/// its JVM has read vectors from, and on what was compiled by itself before its callers, which is a
/// matter of time. Both show in one JVM of many, but at once in one that has seen all kinds and
/// inlines in a random order.
@Timeout(180)
class StoredDotsTest {
  private static final long MOST_BYTES = 32 << 10; // a boxed vector for each block would be 500 kB
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int ROWS = 4; // kernels are for 1, 2 and 4
  private static final long MOST_NANOS = 10_000_000_000L; // until it is compiled

  /// What runs in a JVM of its own; prints the fewest bytes of heap that a product took.
  static final class Program {
    private Program() {}

    public static void main(String[] ignored) {
      readAllKindsOfMemory();
      try (Backend backend = Backends.cpu(1);
          TensorScope _ = TensorScope.open("weights")) {
        Tensor weight = Tensor.full(backend, Shape.of(512, 1024), 0.5f);
        for (DType type : List.of(DType.BF16, DType.F16, DType.Q8_0, DType.Q4_0)) {
          Tensor stored = weight.to(type);
          for (int rows = 1; rows <= ROWS; rows *= 2) {
            Tensor x = Tensor.full(backend, Shape.of(rows, 1024), 0.5f);
            System.out.println("bytes " + leastBytes(x, stored));
          }
        }
      }
    }

    private static void readAllKindsOfMemory() {
      try (Arena confined = Arena.ofConfined();
          Arena shared = Arena.ofShared()) {
        List<MemorySegment> kinds =
            List.of(
                MemorySegment.ofArray(new byte[256]),
                confined.allocate(256, 64),
                shared.allocate(256, 64));
        for (int i = 0; i < 100_000; i++) {
          read(kinds.get(i % kinds.size()));
        }
      }
    }

    private static void read(MemorySegment m) {
      FloatVector floats = FloatVector.fromMemorySegment(FLOATS, m, 0, ORDER);
      ByteVector bytes = ByteVector.fromMemorySegment(BYTES, m, 3, ORDER);
      ShortVector shorts = ShortVector.fromMemorySegment(SHORTS, m, 2, ORDER);
      short scale = m.get(ValueLayout.JAVA_SHORT_UNALIGNED, 5);
      floats
          .add((FloatVector) bytes.convertShape(VectorOperators.B2F, FLOATS, 0))
          .add(shorts.lane(0) + scale)
          .intoMemorySegment(m, 0, ORDER);
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

  /// @param seed of the order in which methods are inlined; 0 for the usual one
  @ParameterizedTest
  @ValueSource(ints = {0, 10, 12})
  void vectorsStayInRegisters(int seed) throws Exception {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-D" + VectorWidth.PROPERTY + "=" + FLOATS.vectorBitSize(),
                "--add-modules",
                "jdk.incubator.vector"));
    if (seed > 0) {
      options.add("-XX:+UnlockDiagnosticVMOptions");
      options.add("-XX:+StressIncrementalInlining");
      options.add("-XX:StressSeed=" + seed);
    }
    List<String> bytes =
        OwnJvm.run(Program.class, options.toArray(String[]::new)).stream()
            .filter(line -> line.startsWith("bytes "))
            .toList();
    assertThat(bytes).hasSize(12);
    assertThat(bytes)
        .allSatisfy(line -> assertThat(Long.parseLong(line.substring(6))).isLessThan(MOST_BYTES));
  }
}
