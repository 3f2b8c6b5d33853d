package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  @Test
  void namesTheFileThatIsMissing() {
    int code = run("pack", "emoji", "--from", folder.toString(), "--out", folder + "/x.zip");
    assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("emoji.json", "emoji-datasource-google");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void knowsOnlyEmoji() {
    assertThat(run("pack", "kittens", "--from", "a", "--out", "b")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).containsIgnoringCase("emoji").contains("kittens");
  }
}
