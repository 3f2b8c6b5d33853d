package dev.jacquard.models.llamagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of the layout that LlamaGen's authors published, at small sizes.
class PublishedLlamaGenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/llamagen-gpt-c2i");

  @TempDir Path folder;
  private final Backend backend = Backends.byName("cpu", 2);

  @AfterEach
  void close() {
    backend.close();
  }

  /// Head size 64, since a file does not tell it.
  private static LlamaGenConfig config(Kind kind, int nKvHeads) {
    int tokens = kind == Kind.CLASS ? 1 : 6;
    return new LlamaGenConfig(kind, 128, 2, 2, nKvHeads, 96, 40, 16, tokens, 10, 12, 1e-5f, 10000);
  }

  private interface Change {
    void apply(Map<String, Tensor> tensors);
  }

  /// Writes a random model's tensors under a wrapper, with a change.
  private Path write(String file, LlamaGenConfig config, String wrapper, Change change)
      throws IOException {
    return TensorScope.<Path, IOException>call(
        "write",
        () -> {
          LlamaGenModel model = new LlamaGenModel(config, Parameters.random(backend, 5));
          Map<String, Tensor> tensors = model.parameters().state();
          change.apply(tensors);
          StateDict state = new StateDict("test");
          tensors.forEach((name, tensor) -> state.put(wrapper + name, tensor));
          new SafetensorsWriter().write(folder.resolve(file), state);
          return folder.resolve(file);
        });
  }

  @Test
  void torchFileOfATrainingRun() throws IOException {
    Path file = folder.resolve("c2i_B_256.pt");
    Files.copy(GOLDEN.resolve("model.pt"), file);
    LlamaGenConfig known = LlamaGenConfig.read(ConfigFile.read(GOLDEN.resolve("config.json")));
    try (PublishedLlamaGen gpt = PublishedLlamaGen.open(file, backend)) {
      LlamaGenConfig found = gpt.model().config();
      assertThat(found.side()).isEqualTo(16);
      assertThat(found.parameterCount()).isEqualTo(known.parameterCount());
      assertThat(found.nLayers()).isEqualTo(3);
    }
    try (PublishedLlamaGen gpt = PublishedLlamaGen.open(file, known, backend)) {
      assertThat(gpt.model().config()).isEqualTo(known);
    }
  }

  @Test
  void bareDictionaryWithTheOldRotaryTable() throws IOException {
    LlamaGenConfig config = config(Kind.CLASS, 1);
    Path file =
        write(
            "c2i_XXL_384.safetensors",
            config,
            "",
            tensors -> tensors.put("freqs_cis", Tensor.zeros(backend, Shape.of(3, 4))));
    try (PublishedLlamaGen gpt = PublishedLlamaGen.open(file, backend)) {
      assertThat(gpt.model().config().side()).isEqualTo(24);
      assertThat(gpt.model().config().nKvHeads()).isEqualTo(1);
      assertThat(gpt.model().config().nClasses()).isEqualTo(10);
    }
  }

  @Test
  void captionModelUnderAWrapper() throws IOException {
    LlamaGenConfig config = config(Kind.CAPTION, 2);
    Path file = write("t2i_XL_stage1_256.safetensors", config, "model.", tensors -> {});
    try (PublishedLlamaGen gpt = PublishedLlamaGen.open(file, backend)) {
      LlamaGenConfig found = gpt.model().config();
      assertThat(found.kind()).isEqualTo(Kind.CAPTION);
      assertThat(found.conditionTokens()).isEqualTo(6);
      assertThat(found.captionDim()).isEqualTo(12);
      TensorScope.run(
          "drawing",
          () -> {
            Tensor none = gpt.model().condition().none(3);
            Tensor logits =
                gpt.model().logits(none, Tensor.ofInts(backend, Shape.of(3, 2), new int[6]));
            assertThat(logits.shape()).isEqualTo(Shape.of(3, 2, 40));
          });
    }
  }

  @Test
  void unknownAndMissingNamesAreNamedWithTheNearest() throws IOException {
    Path misspelt =
        write(
            "c2i_B_256.safetensors",
            config(Kind.CLASS, 2),
            "model.",
            tensors ->
                tensors.put(
                    "outputs.weight",
                    java.util.Objects.requireNonNull(tensors.remove("output.weight"))));
    assertThatThrownBy(() -> PublishedLlamaGen.open(misspelt, backend))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no tensor \"output.weight\"")
        .hasMessageContaining("nearest \"outputs.weight\"");
    Path more =
        write(
            "c2i_L_256.safetensors",
            config(Kind.CLASS, 2),
            "",
            tensors -> tensors.put("norm.bias", Tensor.zeros(backend, Shape.of(128))));
    assertThatThrownBy(() -> PublishedLlamaGen.open(more, backend))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("not expected; \"norm.bias\"")
        .hasMessageContaining("nearest that is expected \"norm.weight\"");
    assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
  }

  @Test
  void aNameWithoutSizeIsRefused() throws IOException {
    Path file = write("gpt.safetensors", config(Kind.CLASS, 2), "", tensors -> {});
    assertThatThrownBy(() -> PublishedLlamaGen.open(file, backend))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("name does not tell the size of the pictures");
  }
}
