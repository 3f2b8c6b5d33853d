package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInspectCommandTest {
  private static final Path LLAMA = Path.of("src/test/resources/golden/llama");

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void listsMetadataTensorsAndTotals() {
    assertThat(run(LLAMA.resolve("model.safetensors").toString())).isEqualTo(ExitCode.DONE);
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.get(1)).matches("format +pt");
    assertThat(lines).anyMatch(line -> line.matches("lm_head.weight +F32 +\\[96, 48] +18432"));
    assertThat(lines.getLast()).matches(" *30 +62544 +250176");
  }

  @Test
  void aFolderStandsForItsModelAndJsonIsOneObjectALine() {
    assertThat(run(LLAMA.toString(), "--json")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines()).hasSize(32).allMatch(line -> line.startsWith("{"));
  }

  @Test
  void missingBrokenAndForeignFilesAreBadInput() throws IOException {
    assertThat(run(folder.resolve("none.safetensors").toString())).isEqualTo(ExitCode.BAD_INPUT);
    byte[] whole = Files.readAllBytes(LLAMA.resolve("model.safetensors"));
    Path broken = folder.resolve("broken.safetensors");
    Files.write(broken, Arrays.copyOf(whole, whole.length - 1));
    assertThat(run(broken.toString())).isEqualTo(ExitCode.BAD_INPUT);
    Path foreign = Files.writeString(folder.resolve("model.txt"), "text");
    assertThat(run(foreign.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines()).hasSize(3);
    assertThat(err.toString()).contains("none.safetensors", "at byte", "unknown format");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void needsACommandAndAPath() {
    assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), "model"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run()).isEqualTo(ExitCode.USAGE);
  }

  private int run(String... args) {
    String[] all =
        Stream.concat(Stream.of("model", "inspect"), Stream.of(args)).toArray(String[]::new);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
  }
}
