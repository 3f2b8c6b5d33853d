package dev.jacquard.models.eval.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.eval.golden.ops.OpsGoldenCheck;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Operators, their gradients and optimisers against PyTorch's numbers.
class OpsGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/ops");
  private static final GoldenRunner RUNNER = new GoldenRunner(List.of(new OpsGoldenCheck()));

  /// Groups of which every case is computed.
  private static final Set<String> COMPLETE =
      Set.of(
          "matmul",
          "conv",
          "norm",
          "attention",
          "resize",
          "composite",
          "elementwise",
          "activation",
          "reduce",
          "index",
          "shape",
          "softmax_loss",
          "optim");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"cpu", "reference"})
  void everyTensorIsWithinItsTolerance(String name) throws IOException {
    try (Backend backend = Backends.byName(name, 2)) {
      List<GoldenResult> results = RUNNER.run(GOLDEN, backend);
      assertThat(results).filteredOn(r -> r.status() == Status.FAILED).isEmpty();
      assertThat(results)
          .filteredOn(r -> COMPLETE.contains(r.tensor().file().replace(".safetensors", "")))
          .isNotEmpty()
          .allMatch(r -> r.status() == Status.PASSED);
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  @Test
  void aCaseThatStopsHasFailedAndTheOthersGoOn() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path index = folder.resolve("index.json");
    String text = Files.readString(index);
    Files.writeString(index, text.replaceFirst("\"b\": \"mm/in.b\"", "\"b\": \"mm_1xk/in.b\""));
    try (Backend backend = Backends.byName("cpu", 1)) {
      assertThat(RUNNER.run(folder, backend))
          .filteredOn(r -> r.status() == Status.FAILED)
          .allMatch(r -> r.note().startsWith("mm stopped: matmul: inner sizes differ"))
          .extracting(r -> r.tensor().name())
          .containsExactly("mm/out0", "mm/grad.a", "mm/grad.b");
    }
  }
}
