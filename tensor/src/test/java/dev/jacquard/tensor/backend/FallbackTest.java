package dev.jacquard.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Without the module of the Vector API the reference kernels compute, and one warning says so.
@Timeout(120)
class FallbackTest {
  /// What runs in a JVM of its own.
  static final class Program {
    private Program() {}

    /// Computes on three backends.
    public static void main(String[] ignored) {
      for (int i = 0; i < 3; i++) {
        try (Backend backend = Backends.cpu()) {
          Tensor x = Tensor.of(backend, Shape.of(1, 2), 0, 0);
          System.out.printf("%s %.1f%n", backend.name(), SoftmaxOp.apply(x).toFloats()[i % 2]);
        }
      }
    }
  }

  @Test
  void warnsOnceAndComputes() throws Exception {
    List<String> lines = OwnJvm.run(Program.class);
    assertThat(lines.stream().filter("reference 0.5"::equals)).hasSize(3);
    assertThat(lines.stream().filter(line -> line.contains("slow reference kernels in use")))
        .containsExactly(
            "WARNING: slow reference kernels in use: the Vector API is not loaded; start the JVM"
                + " with --add-modules jdk.incubator.vector");
  }

  @Test
  void withTheModuleNothingIsSaid() throws Exception {
    List<String> lines = OwnJvm.run(Program.class, "--add-modules", "jdk.incubator.vector");
    assertThat(lines.stream().filter("cpu 0.5"::equals)).hasSize(3);
    assertThat(lines.stream().filter(line -> line.contains("slow reference kernels"))).isEmpty();
  }
}
