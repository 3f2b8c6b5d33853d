package dev.jacquard.models.tokenizer.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What coverage-guided fuzzing kept, because it reached code that nothing else reached, is tried
/// again; without the fuzzer, so that it takes seconds. README.md of `tensor` says how the corpus
/// is made.
class FuzzCorpusTest {
  @ParameterizedTest
  @ValueSource(strings = {"model", "json"})
  void everyInputOfTheCorpusIsReadOrRefused(String form) throws IOException {
    FuzzTokenizer.fuzzerInitialize(new String[] {form});
    int inputs = 0;
    String name = "/fuzz/tokenizer-" + form + ".zip";
    try (InputStream in = FuzzCorpusTest.class.getResourceAsStream(name);
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(in, name))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] input = zip.readAllBytes();
        try {
          FuzzTokenizer.fuzzerTestOneInput(input);
        } catch (RuntimeException | Error e) {
          throw new AssertionError(form + " " + entry.getName() + ": " + e.getMessage(), e);
        }
        inputs++;
      }
    }
    assertThat(inputs).isGreaterThan(1);
  }
}
