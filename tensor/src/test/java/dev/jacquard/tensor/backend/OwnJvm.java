package dev.jacquard.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Programs in a fresh JVM, for what depends on how a JVM was started or on what it ran before.
public final class OwnJvm {
  private OwnJvm() {}

  /// Runs a program to its end.
  ///
  /// @param program class with a `main` method
  /// @param options of the JVM
  /// @return the lines it wrote
  public static List<String> run(Class<?> program, String... options)
      throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        Stream.of(
                Stream.of(java.toString(), "-XX:+UseSerialGC", "-Duser.language=en"),
                Stream.of(options),
                Stream.of("-cp", System.getProperty("java.class.path"), program.getName()))
            .flatMap(part -> part)
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.lines().toList();
  }
}
