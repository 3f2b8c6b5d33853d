package dev.jacquard.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What coverage-guided fuzzing kept, because it reached code that nothing else reached, is tried
/// again; without the fuzzer, so that it takes seconds. README.md says how the corpus is made.
class FuzzCorpusTest {
  @ParameterizedTest
  @ValueSource(strings = {"safetensors", "torch", "gguf", "npy", "llama2c", "index"})
  void everyInputOfTheCorpusIsReadOrRefused(String format) throws IOException {
    FuzzCheckpoint.fuzzerInitialize(new String[] {format});
    int inputs = 0;
    String name = "/fuzz/" + format + ".zip";
    try (InputStream in = FuzzCorpusTest.class.getResourceAsStream(name);
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(in, name))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] input = zip.readAllBytes();
        try {
          FuzzCheckpoint.fuzzerTestOneInput(input);
        } catch (RuntimeException | Error e) {
          throw new AssertionError(format + " " + entry.getName() + ": " + e.getMessage(), e);
        }
        inputs++;
      }
    }
    assertThat(inputs).isGreaterThan(1);
  }
}
