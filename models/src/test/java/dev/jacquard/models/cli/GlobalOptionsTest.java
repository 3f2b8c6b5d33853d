package dev.jacquard.models.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.DeviceException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class GlobalOptionsTest {

  @Command(name = "probe")
  private static final class Probe {
    @Mixin private final GlobalOptions options = new GlobalOptions();
  }

  @Test
  void defaultsAreThoseOfTheContract() {
    GlobalOptions options = parse();
    assertThat(options.seed()).isZero();
    assertThat(options.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(options.isJson()).isFalse();
    assertThat(options.isQuiet()).isFalse();
    try (Backend backend = options.openBackend()) {
      assertThat(backend.name()).isEqualTo("cpu");
    }
  }

  @Test
  void optionsAreTakenOver() {
    GlobalOptions options =
        parse("--seed", "-7", "--threads=3", "--backend", "reference", "--json", "--quiet");
    assertThat(options.seed()).isEqualTo(-7);
    assertThat(options.threads()).isEqualTo(3);
    assertThat(options.isJson()).isTrue();
    assertThat(options.isQuiet()).isTrue();
    try (Backend backend = options.openBackend()) {
      assertThat(backend.name()).isEqualTo("reference");
    }
  }

  @Test
  void rejectsUnknownBackend() {
    GlobalOptions options = parse("--backend", "abacus");
    assertThatThrownBy(options::openBackend)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("abacus");
  }

  private static GlobalOptions parse(String... args) {
    Probe probe = new Probe();
    new CommandLine(probe).parseArgs(args);
    return probe.options;
  }
}
