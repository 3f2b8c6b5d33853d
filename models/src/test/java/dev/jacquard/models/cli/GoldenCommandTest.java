package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenCommandTest {
  private static final Path LLAMA = Path.of("src/test/resources/golden/llama");

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void passesAndEndsWithTheSummary() {
    assertThat(run(LLAMA.toString())).isEqualTo(ExitCode.DONE);
    assertThat(lines().getLast()).isEqualTo("106 passed, 0 failed, 0 skipped");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void jsonPrintsOneObjectALineAndTheSummaryLast() {
    assertThat(run(LLAMA.toString(), "--json")).isEqualTo(ExitCode.DONE);
    assertThat(lines()).hasSize(107).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    assertThat(lines().getLast()).isEqualTo("{\"passed\":106,\"failed\":0,\"skipped\":0}");
  }

  @Test
  void oneTensorOffMakesTheExitCodeOne() throws IOException {
    copy();
    Path tolerances = folder.resolve("tolerances.json");
    String text = Files.readString(tolerances);
    Files.writeString(tolerances, text.replace("\"fwd.logits\": 0.000152", "\"fwd.logits\": 0"));
    assertThat(run(folder.toString())).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(lines().getLast()).isEqualTo("105 passed, 1 failed, 0 skipped");
    assertThat(lines()).filteredOn(line -> line.contains(" failed ")).hasSize(1);
  }

  @Test
  void aFolderThatIsMissingIsBadInputButTheOthersAreChecked() {
    assertThat(run("no-such-folder", LLAMA.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains("no-such-folder");
    assertThat(lines().getLast()).isEqualTo("106 passed, 0 failed, 0 skipped");
  }

  @Test
  void anUnknownSystemIsBadInputAndSkipped() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"system\": \"nobodys\"}");
    Files.writeString(folder.resolve("tolerances.json"), "{\"cases.safetensors\": {\"x\": 0}}");
    assertThat(run(folder.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(lines().getLast()).isEqualTo("0 passed, 0 failed, 1 skipped");
    assertThat(err.toString()).contains("no check for system \"nobodys\"");
  }

  @Test
  void needsAFolder() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
  }

  private int run(String... args) {
    String[] all = Stream.concat(Stream.of("golden"), Stream.of(args)).toArray(String[]::new);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  private void copy() throws IOException {
    try (Stream<Path> files = Files.list(LLAMA)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }
}
