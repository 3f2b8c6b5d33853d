package dev.jacquard.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What coverage-guided fuzzing kept, because it reached code that nothing else reached, is tried
/// again; without the fuzzer, so that it takes seconds. README.md says how the corpus is made.
class FuzzCorpusTest {
  private enum Target {
    DECODE(FuzzDecode::fuzzerTestOneInput),
    PUSH(FuzzPush::fuzzerTestOneInput),
    TRANSCODE(FuzzTranscode::fuzzerTestOneInput),
    MCU_PARSER(FuzzMcuParser::fuzzerTestOneInput);

    private final Consumer<byte[]> tries;

    Target(Consumer<byte[]> tries) {
      this.tries = tries;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyInputOfTheCorpusPasses(Target target) throws IOException {
    int inputs = 0;
    try (ZipInputStream zip = new ZipInputStream(resource(target.name() + ".zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] input = zip.readAllBytes();
        try {
          target.tries.accept(input);
        } catch (RuntimeException | Error e) {
          throw new AssertionError(target + " " + entry.getName() + ": " + e.getMessage(), e);
        }
        inputs++;
      }
    }
    assertThat(inputs).isGreaterThan(50);
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        FuzzCorpusTest.class.getResourceAsStream("/fuzz/" + name), () -> "no resource " + name);
  }
}
