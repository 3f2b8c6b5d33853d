package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.registry.ModelRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void systemsPrintsEachSystem() {
    assertThat(run("systems")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("jpeg-lm", "llama", "survey");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void jsonPrintsOneObjectALine() {
    assertThat(run("systems", "--json")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines())
        .hasSize(ModelRegistry.systems().size())
        .allMatch(line -> line.startsWith("{\"system\":\"") && line.endsWith("}"));
  }

  @Test
  void doctorNamesTheJdk() {
    int code = run("doctor");
    assertThat(code).isIn(ExitCode.DONE, ExitCode.CHECK_FAILED);
    assertThat(out.toString()).contains("JDK", Runtime.version().toString(), "vector width");
  }

  @Test
  void unknownCommandIsAUsageErrorOfOneSentence() {
    assertThat(run("sistems")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("sistems", "systems", "--help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void unknownOptionIsAUsageErrorOfOneSentence() {
    assertThat(run("systems", "--jason")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("--jason", "jacquard systems --help");
  }

  @Test
  void rejectsZeroThreads() {
    assertThat(run("systems", "--threads", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--threads must be at least 1; got 0");
  }

  @Test
  void noCommandIsAUsageError() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("command");
  }

  @Test
  void helpListsTheCommands() {
    assertThat(run("--help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("systems", "doctor");
  }

  @Test
  void helpOfACommandListsTheGlobalOptions() {
    assertThat(run("systems", "--help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("--json", "--seed", "--threads", "--backend", "--quiet", "--debug");
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }
}
