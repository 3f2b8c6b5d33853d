package dev.jacquard.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    List<String> lines = run();
    assertThat(lines.stream().filter("reference 0.5"::equals)).hasSize(3);
    assertThat(lines.stream().filter(line -> line.contains("slow reference kernels in use")))
        .containsExactly(
            "WARNING: slow reference kernels in use: the Vector API is not loaded; start the JVM"
                + " with --add-modules jdk.incubator.vector");
  }

  @Test
  void withTheModuleNothingIsSaid() throws Exception {
    List<String> lines = run("--add-modules", "jdk.incubator.vector");
    assertThat(lines.stream().filter("cpu 0.5"::equals)).hasSize(3);
    assertThat(lines.stream().filter(line -> line.contains("slow reference kernels"))).isEmpty();
  }

  private static List<String> run(String... options) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        Stream.of(
                Stream.of(java.toString(), "-XX:+UseSerialGC", "-Duser.language=en"),
                Stream.of(options),
                Stream.of("-cp", System.getProperty("java.class.path"), Program.class.getName()))
            .flatMap(part -> part)
            .collect(Collectors.toList());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.lines().toList();
  }
}
