package dev.jacquard.models.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.eval.golden.GoldenResult;
import dev.jacquard.models.eval.golden.GoldenResult.Status;
import dev.jacquard.models.eval.golden.GoldenRunner;
import dev.jacquard.models.eval.golden.LlamaGenVqGoldenCheck;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tokenizer of the VQGAN form: the authors' numbers, sizes, published files.
class VqModelTest {
  private static final Path GOLDEN = Path.of("../../shared/golden/llamagen-vq");

  @TempDir private Path folder;
  private final Backend backend = Backends.cpu(2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  static VqConfig tiny() {
    return new VqConfig(
        3, 32, List.of(1, 2), List.of(1, 2), 1, 8, QuantizerConfig.llamaGen(32, 4), 32, 1e-6f);
  }

  private Tensor images(int count, int side) {
    float[] values = new float[count * 3 * side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * RandomStream.of(3).uniform(i) - 1;
    }
    return Tensor.of(backend, Shape.of(count, 3, side, side), values);
  }

  @Test
  void everyTensorOfTheAuthorsIsWithinItsTolerance() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), "no golden data beside the repository");
    List<GoldenResult> results =
        new GoldenRunner(List.of(new LlamaGenVqGoldenCheck())).run(GOLDEN, backend);
    assertThat(results).hasSize(276).filteredOn(r -> r.status() != Status.PASSED).isEmpty();
  }

  @Test
  void publishedSizes() {
    VqModel sixteen = new VqModel(VqConfig.LLAMAGEN_16, Parameters.random(backend, 0));
    assertThat(sixteen.parameters().count()).isEqualTo(71_883_403);
    assertThat(sixteen.parameters().state()).hasSize(344);
    VqModel eight = new VqModel(VqConfig.LLAMAGEN_8, Parameters.random(backend, 0));
    assertThat(eight.parameters().count()).isEqualTo(70_109_835);
    assertThat(eight.parameters().state()).hasSize(300);
  }

  /// The layout of `vq_ds16_c2i.pt`: the tokenizer under `model`, other dictionaries beside it.
  @Test
  void aPublishedFileIsLoadedByItsKeys() throws IOException {
    VqModel original = new VqModel(tiny(), Parameters.random(backend, 7));
    Path file = folder.resolve("vq_ds2_c2i.pt");
    Map<String, Object> contents = new LinkedHashMap<>();
    contents.put("model", original.parameters().state());
    contents.put("discriminator", Map.of("main.0.weight", images(1, 2)));
    contents.put("steps", 20_000);
    TorchFile.write(file, contents);
    assertLoads(original, file);
    contents.put("ema", new VqModel(tiny(), Parameters.random(backend, 8)).parameters().state());
    TorchFile.write(file, contents);
    assertLoads(new VqModel(tiny(), Parameters.random(backend, 8)), file); // goes before the model
    TorchFile.write(file, original.parameters().state());
    assertLoads(original, file);
    TorchFile.write(file, Map.of("model", Map.of("layers.0.weight", images(1, 2))));
    try (Checkpoint other = Checkpoints.open(file)) {
      assertThatThrownBy(() -> VqWeights.of(other, backend))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("encoder.conv_in.weight");
    }
  }

  private void assertLoads(VqModel original, Path file) throws IOException {
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      StateDict state = VqWeights.of(checkpoint, backend);
      VqConfig config = VqWeights.config(state);
      assertThat(config).isEqualTo(original.config());
      VqModel loaded = Parameters.frozen(backend, state, p -> new VqModel(config, p));
      Tensor images = images(2, 8);
      VqModel.Pass expected = original.forward(images);
      VqModel.Pass actual = loaded.forward(images);
      assertThat(actual.quantized().indices().toInts())
          .containsExactly(expected.quantized().indices().toInts());
      assertThat(actual.reconstruction().toFloats())
          .containsExactly(expected.reconstruction().toFloats());
    }
  }

  @Test
  void picturesOfOtherSizesAreRefused() {
    VqModel model = new VqModel(tiny(), Parameters.random(backend, 7));
    assertThatThrownBy(() -> model.encode(images(1, 7)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[1, 3, 7, 7]")
        .hasMessageContaining("multiples of 2");
  }

  @Test
  void usageRemembersTheLastIndices() {
    VqModel model = new VqModel(tiny(), Parameters.random(backend, 7));
    assertThat(model.usage(VqModel.USAGE_WINDOW).used()).isEqualTo(1); // the zeros of the start
    model.countUse(3, 4, 4, 5);
    assertThat(model.usage(4).used()).isEqualTo(3);
    assertThat(model.usage(2).used()).isEqualTo(2);
    assertThat(model.usage(VqModel.USAGE_WINDOW).used()).isEqualTo(4);
  }

  @Test
  void everyQuantizerFits() {
    for (QuantizerConfig.Kind kind : QuantizerConfig.Kind.values()) {
      List<Integer> levels =
          kind == QuantizerConfig.Kind.MULTI_SCALE ? List.of(1, 2, 4) : List.of(3, 3, 3, 3);
      QuantizerConfig quantizer = new QuantizerConfig(kind, 64, 4, true, 0.25f, 0.1f, levels);
      VqConfig config =
          new VqConfig(3, 32, List.of(1, 1), List.of(1, 1), 1, 8, quantizer, 32, 1e-6f);
      VqModel model = new VqModel(config, Parameters.random(backend, 7));
      VqModel.TrainingPass pass = model.train(images(2, 8), RandomStream.of(1));
      assertThat(pass.reconstruction().shape()).as("" + kind).isEqualTo(Shape.of(2, 3, 8, 8));
      assertThat(pass.quantized().loss().item()).as("" + kind).isFinite();
      assertThat(model.decodeIndices(pass.quantized().indices()).shape())
          .isEqualTo(Shape.of(2, 3, 8, 8));
    }
  }
}
