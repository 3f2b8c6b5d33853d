package dev.jacquard.models.eval.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything a Llama computes against PyTorch's numbers: activations, logits, greedy decoding,
/// loss, gradients and three steps of AdamW.
class LlamaGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/llama");
  private static final GoldenRunner RUNNER = new GoldenRunner(List.of(new LlamaGoldenCheck()));
  private static final int TENSORS = 106; // entries of tolerances.json

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void everyTensorIsWithinItsTolerance(String name) throws IOException {
    try (Backend backend = Backends.byName(name, 2)) {
      List<GoldenResult> results = RUNNER.run(GOLDEN, backend);
      assertThat(results).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
      assertThat(results).hasSize(TENSORS);
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.1.self_attn.k_proj.weight, fwd.layer1.attn",
    "model.layers.2.mlp.up_proj.weight, fwd.layer2.mlp",
    "model.layers.0.input_layernorm.weight, fwd.layer0.input_norm",
    "lm_head.weight, fwd.logits"
  })
  void aPerturbedWeightFails(String weight, String firstVictim) throws IOException {
    try (Backend backend = Backends.byName("cpu", 2)) {
      copyWithPerturbed(backend, weight);
      List<GoldenResult> results = RUNNER.run(folder, backend);
      assertThat(results)
          .filteredOn(r -> r.status() == Status.FAILED)
          .extracting(r -> r.tensor().name())
          .startsWith(firstVictim)
          .contains("fwd.logits", "gen.logits", "train.loss", "grad.model.norm.weight");
    }
  }

  @Test
  void tensorsThatNobodyComputesAreSkippedAndListed() throws IOException {
    copy();
    Path tolerances = folder.resolve("tolerances.json");
    String text = Files.readString(tolerances).replace("\"fwd.norm\"", "\"fwd.other\"");
    Files.writeString(tolerances, text);
    try (Backend backend = Backends.byName("cpu", 2)) {
      List<GoldenResult> results = RUNNER.run(folder, backend);
      assertThat(GoldenReport.summary(results)).isEqualTo("105 passed, 0 failed, 1 skipped");
      assertThat(results)
          .filteredOn(r -> r.status() == Status.SKIPPED)
          .extracting(r -> r.tensor().name())
          .containsExactly("fwd.other");
    }
  }

  @Test
  void foldersOfOtherSystemsAreSkipped() throws IOException {
    copy();
    Files.writeString(folder.resolve("config.json"), "{\"system\": \"lama\"}");
    try (Backend backend = Backends.byName("cpu", 1)) {
      List<GoldenResult> results = RUNNER.run(folder, backend);
      assertThat(results).hasSize(TENSORS).allMatch(r -> r.status() == Status.SKIPPED);
      assertThat(results.getFirst().note()).isEqualTo("no check for system \"lama\"; have llama");
    }
  }

  /// The expected numbers come from the untied model with the same table twice, which the test
  /// above holds against PyTorch: the gradient of a tied table is the sum of both.
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void otherSizesWithTiedEmbeddingsPass(String name) throws IOException {
    TiedFolder.write(folder);
    try (Backend backend = Backends.byName(name, 2)) {
      List<GoldenResult> results = RUNNER.run(folder, backend);
      assertThat(results).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
      assertThat(results).hasSizeGreaterThan(20);
    }
  }

  @Test
  void errorsCountNanAndUnequalInfinitiesButNotEqualOnes() {
    double inf = Double.POSITIVE_INFINITY;
    assertThat(GoldenReport.largestError(new double[] {1, inf}, new double[] {1.5, inf}))
        .isEqualTo(0.5);
    assertThat(GoldenReport.largestError(new double[] {1}, new double[] {Double.NaN})).isNaN();
    assertThat(GoldenReport.largestError(new double[] {inf}, new double[] {1})).isEqualTo(inf);
    GoldenTensor key = new GoldenTensor("f", "t");
    assertThat(GoldenResult.compared(key, Double.NaN, 1, "").status()).isEqualTo(Status.FAILED);
    assertThat(GoldenResult.compared(key, 1, 1, "").status()).isEqualTo(Status.PASSED);
    assertThat(GoldenResult.compared(key, 1e-9, 0, "").status()).isEqualTo(Status.FAILED);
  }

  private void copyWithPerturbed(Backend backend, String weight) throws IOException {
    copy();
    Path file = folder.resolve("model.safetensors");
    StateDict perturbed = new StateDict("perturbed");
    try (Checkpoint original = SafetensorsReader.open(GOLDEN.resolve("model.safetensors"))) {
      StateDict state = original.stateDict(backend);
      for (String name : state.names()) {
        Tensor tensor = state.get(name);
        perturbed.put(name, name.equals(weight) ? tensor.scale(1.01f) : tensor);
      }
      new SafetensorsWriter().write(file, perturbed);
    }
  }

  private void copy() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }
}
