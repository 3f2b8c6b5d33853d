package dev.jacquard.models.llamagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.ClassNames;
import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.TokenizerReference;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.Checkpoints;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Drawing with random text-conditional GPTs of the published layout, whose captions a random T5 of
/// the published form reads.
class T5CaptionsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final int T5_WIDTH = 24;
  private static final String PUBLISHED = "t2i_XL_stage1_64.safetensors"; // 64 pixels: 4 x 4 codes

  @TempDir Path folder;
  private final Backend backend = Backends.cpu(1);
  private final LlamaGenFamily family =
      new LlamaGenFamily((path, _) -> new BrightnessTokenizer(path.getFileName().toString()));

  @BeforeEach
  void t5() throws IOException {
    Path t5 = Files.createDirectories(folder.resolve("flan-t5-xl"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(GOLDEN.resolve("t5/gated").resolve(file), t5.resolve(file));
    }
    Files.copy(GOLDEN.resolve("tokenizer/nfkc.model"), t5.resolve("spiece.model"));
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static LlamaGenConfig config(int captionDim) {
    return new LlamaGenConfig(
        Kind.CAPTION, 128, 1, 2, 2, 96, 16, 4, 8, 0, captionDim, 1e-5f, 10000);
  }

  /// Writes weights that are all random, also those of the output layer.
  private void write(Path file, LlamaGenConfig config) throws IOException {
    TensorScope.<Path, IOException>call(
        "write",
        () -> {
          Map<String, Tensor> tensors =
              new LlamaGenModel(config, Parameters.random(backend, 5)).parameters().state();
          StateDict state = new StateDict("test");
          tensors.forEach(
              (name, tensor) -> {
                float[] values = new float[(int) tensor.shape().numel()];
                RandomStream random = RandomStream.of(1).split(name);
                for (int i = 0; i < values.length; i++) {
                  values[i] = 0.3f * random.normal(i);
                }
                state.put(name, Tensor.of(backend, tensor.shape(), values));
              });
          new SafetensorsWriter().write(file, state);
          return file;
        });
  }

  private static Picture drawn(ImageModel model, String text) {
    ImageModel.Request request =
        new ImageModel.Request(
            1,
            1,
            SamplingOptions.plain(1),
            new PlainLoop(),
            false,
            0,
            new Condition.Caption(text),
            new Guidance(3));
    GeneratedImage image = model.generate(request, GenerationListener.NONE).getFirst();
    assertThat(image.isComplete()).isTrue();
    return image.picture();
  }

  @Test
  void aPublishedFileFindsWhatLiesBesideIt() throws IOException {
    Path file = folder.resolve(PUBLISHED);
    write(file, config(T5_WIDTH));
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertThat(family.recognizes(checkpoint)).isTrue();
    }
    try (ImageModel model = family.load(file, backend)) {
      assertThat(((LlamaGen) model).folder().tokenizer().folder()).isEqualTo("vq_ds16_t2i.pt");
      assertThat(model.generationConfig().guidanceScale()).isEqualTo(7.5);
      assertThat(model.readsCaptions()).isTrue();
      Picture fish = drawn(model, "a red fish");
      assertThat(drawn(model, "a red fish")).isEqualTo(fish);
      assertThat(drawn(model, "two cats")).isNotEqualTo(fish);
    }
    assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
  }

  @Test
  void aFolderNamesItsT5() throws IOException {
    write(folder.resolve(PUBLISHED), config(T5_WIDTH));
    Path own = Files.createDirectories(folder.resolve("own"));
    write(own.resolve("model.safetensors"), config(T5_WIDTH));
    TokenizerReference tokenizer = new TokenizerReference("../vq_ds16_t2i.pt", 16, 4, "");
    new LlamaGenFolder(
            new RasterSystem(),
            config(T5_WIDTH),
            new ClassNames(List.of(), 0),
            tokenizer,
            ByteTextEncoder.Sizes.NONE,
            "../flan-t5-xl")
        .write(own);
    try (ImageModel model = family.load(own, backend);
        ImageModel published = family.load(folder.resolve(PUBLISHED), backend)) {
      assertThat(drawn(model, "a red fish")).isEqualTo(drawn(published, "a red fish"));
    }
  }

  @Test
  void featuresOfAnotherWidthAreRefused() throws IOException {
    Path file = folder.resolve(PUBLISHED);
    write(file, config(T5_WIDTH + 1));
    assertThatThrownBy(() -> family.load(file, backend))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("text encoder makes features of 24 numbers, GPT reads 25");
    assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
  }
}
