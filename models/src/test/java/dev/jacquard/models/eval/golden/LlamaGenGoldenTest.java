package dev.jacquard.models.eval.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// LlamaGen's GPT, and NAR's on top of it, against the numbers of the authors' code.
class LlamaGenGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final GoldenRunner RUNNER =
      new GoldenRunner(
          List.of(
              new LlamaGenGoldenCheck(Kind.CLASS),
              new LlamaGenGoldenCheck(Kind.CAPTION),
              new NarGoldenCheck()));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "llamagen-gpt-c2i, cpu, 56",
    "llamagen-gpt-c2i, reference, 56",
    "llamagen-gpt-t2i, cpu, 19",
    "llamagen-gpt-t2i, reference, 19",
    "nar, cpu, 26",
    "nar, reference, 26"
  })
  void everyTensorIsWithinItsTolerance(String name, String backendName, int tensors)
      throws IOException {
    try (Backend backend = Backends.byName(backendName, 2)) {
      List<GoldenResult> results = RUNNER.run(GOLDEN.resolve(name), backend);
      assertThat(results).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
      assertThat(results).hasSize(tensors);
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  @Test
  void anotherEpsilonFails() throws IOException {
    Path golden = GOLDEN.resolve("llamagen-gpt-c2i");
    for (String file : List.of("cases", "model", "grads")) {
      Path path = golden.resolve(file + ".safetensors");
      Files.copy(path, folder.resolve(path.getFileName()));
    }
    Files.copy(golden.resolve("tolerances.json"), folder.resolve("tolerances.json"));
    String config = Files.readString(golden.resolve("config.json"));
    Files.writeString(folder.resolve("config.json"), config.replace("1e-05", "1e-06"));
    try (Backend backend = Backends.byName("cpu", 2)) {
      assertThat(RUNNER.run(folder, backend))
          .filteredOn(r -> r.status() == Status.FAILED)
          .extracting(r -> r.tensor().name())
          .startsWith("fwd.layer0.attention")
          .contains("fwd.logits", "gen.cfg4.logits", "train.loss");
    }
  }
}
