package dev.jacquard.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Starts JVMs that have our modules on the module path, where the rest of the tests use the class
/// path. No flag asks for the Vector API: our modules do.
class ModulePathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.jacquard.tensor",
        "dev.jacquard.nn",
        "dev.jacquard.jpeg",
        "dev.jacquard.models"
      })
  void moduleIsResolved(String module) throws Exception {
    String output = java(0, "--add-modules", module, "--list-modules");
    assertThat(output.lines()).anyMatch(line -> line.startsWith(module));
  }

  @Test
  void commandLineStarts() throws Exception {
    String main = "dev.jacquard.models/dev.jacquard.models.cli.Main";
    assertThat(java(0, "-m", main, "systems")).contains("jpeg-lm");
  }

  @Test
  void backendsAreFound() throws Exception {
    String main = "dev.jacquard.models/dev.jacquard.models.cli.Main";
    assertThat(java(0, "-m", main, "doctor").lines())
        .anyMatch(line -> line.matches("backend cpu +ok .*"))
        .anyMatch(line -> line.matches("backend reference +ok .*"));
  }

  @Test
  void missingModuleIsNoticed() throws Exception {
    assertThat(java(1, "--add-modules", "dev.jacquard.none", "--list-modules"))
        .contains("dev.jacquard.none");
  }

  private static String java(int expectedCode, String... arguments)
      throws IOException, InterruptedException {
    String path =
        RuntimeClassPath.entries().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder builder =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    builder.command().addAll(List.of("--module-path", path));
    builder.command().addAll(List.of(arguments));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(expectedCode);
    return output;
  }
}
