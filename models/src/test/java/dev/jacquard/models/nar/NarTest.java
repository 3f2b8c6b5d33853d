package dev.jacquard.models.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.decoding.CountingLoop;
import dev.jacquard.models.decoding.NeighborLoop;
import dev.jacquard.models.llamagen.BrightnessTokenizer;
import dev.jacquard.models.llamagen.LlamaGenFamily;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.models.train.Trainer;
import dev.jacquard.models.train.TrainingConfig;
import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Training by diagonals, and drawing from what comes out.
class NarTest {
  private static final TestPictures.DarkAndBright PICTURES = new TestPictures.DarkAndBright();
  private static final int SIDE = 4;

  @TempDir private static Path shared;

  private final LlamaGenFamily family =
      new LlamaGenFamily(new NarSystem(), (_, _) -> new BrightnessTokenizer("hash"));

  /// The folder of a model that was trained for 60 steps; one for each kind of condition.
  private Path trained(Backend backend, String condition) throws IOException {
    Path folder = shared.resolve(condition);
    if (!Files.exists(folder)) {
      Map<String, String> settings = new HashMap<>();
      settings.put("tokenizer", "brightness");
      settings.put("condition", condition);
      settings.put("dim", "32");
      settings.put("nLayers", "2");
      settings.put("nHeads", "2");
      settings.put("captionTokens", "12");
      settings.put("captionDim", "32");
      settings.put("captionLayers", "1");
      settings.put("batch", "16");
      settings.put("dropout", "0"); // 60 steps are few
      TrainingConfig config =
          new TrainingConfig(60, 0, OptimizerKind.ADAMW, 1e-2, 1e-3, 5, 0, 1, 0, 30, 0);
      TensorScope.<Object, IOException>call(
          "training",
          () ->
              new Trainer(
                      family.newTask(PICTURES, new Settings(settings), 0, backend), config, folder)
                  .run(_ -> true));
    }
    return folder;
  }

  private static ImageModel.Request request(int count, Condition condition, CountingLoop loop) {
    return new ImageModel.Request(
        count, 3, SamplingOptions.plain(1), loop, false, 0, condition, new Guidance(1.5));
  }

  private static CountingLoop loop() {
    return new CountingLoop(new NeighborLoop());
  }

  private static double brightness(Picture picture) {
    double sum = 0;
    for (byte sample : picture.samples()) {
      sum += sample & 0xff;
    }
    return sum / picture.samples().length;
  }

  @Test
  void drawsWhatTheClassSaysInTwoNMinusOnePasses() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2)) {
      try (ImageModel model = family.load(trained(backend, "class"), backend)) {
        CountingLoop loop = loop();
        List<GeneratedImage> images =
            model.generate(request(5, new Condition.OfClass("dark"), loop), (_, _) -> true);
        assertThat(images).hasSize(5);
        for (GeneratedImage image : images) {
          assertThat(brightness(image.picture())).isLessThan(70);
          assertThat(image.tokens()).isEqualTo(SIDE * SIDE);
        }
        assertThat(loop.counts().passes()).isEqualTo(5 * (2 * SIDE - 1));
        assertThat(model.evaluate(PICTURES, List.of()).get("bits_per_code"))
            .isLessThan(1.5); // of log2 16 = 4; without condition 1 bit a picture at the least
      }
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a night sky", "snow"})
  void drawsWhatTheCaptionSays(String caption) throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "caption"), backend)) {
      boolean isBright = caption.equals("snow");
      for (GeneratedImage image :
          model.generate(request(3, new Condition.Caption(caption), loop()), (_, _) -> true)) {
        assertThat(brightness(image.picture()))
            .isBetween(isBright ? 180.0 : 0, isBright ? 255 : 70.0);
      }
    }
  }

  /// The given rows end within diagonals, and are such as the model would not draw.
  @Test
  void completesAPictureFromItsFirstRows() throws IOException {
    Picture noise = TestPictures.noise(8, 8, 1, 7);
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      GeneratedImage image =
          model
              .complete(noise, 0.5, request(1, new Condition.OfClass("1"), loop()), (_, _) -> true)
              .getFirst();
      assertThat(image.tokens()).isEqualTo(8);
      byte[] given = model.fit(noise).samples();
      assertThat(image.picture().samples()).startsWith(Arrays.copyOf(given, 32));
      assertThat(image.picture().samples()).isNotEqualTo(given);
    }
  }

  @Test
  void isShownByDiagonals() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      List<Picture> shown = new ArrayList<>();
      GenerationListener listener =
          new GenerationListener() {
            @Override
            public boolean onProgress(long tokens, int finished) {
              return true;
            }

            @Override
            public void onPreview(int first, Supplier<List<Picture>> pictures) {
              shown.add(pictures.get().getFirst());
            }
          };
      Picture noise = TestPictures.noise(8, 8, 1, 7);
      Picture whole =
          model
              .complete(noise, 0.9, request(1, Condition.NONE, loop()), listener)
              .getFirst()
              .picture();
      assertThat(shown).hasSize(2 * SIDE - 1).last().isEqualTo(whole);
      Picture half = shown.get(SIDE - 1); // all up to the longest diagonal
      for (int cell = 0; cell < SIDE * SIDE; cell++) {
        int row = cell / SIDE;
        int known = Math.min(cell % SIDE, SIDE - 1 - row); // its column, or the last known one
        assertThat(half.sample(2 * (cell % SIDE), 2 * row, 0))
            .isEqualTo(whole.sample(2 * known, 2 * row, 0));
      }
    }
  }

  @Test
  void isKeptWhenCancelled() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      List<GeneratedImage> all =
          model.generate(request(5, Condition.NONE, loop()), GenerationListener.NONE);
      List<GeneratedImage> kept =
          model.generate(
              request(5, Condition.NONE, loop()), (tokens, _) -> tokens < 3 * SIDE * SIDE + 4);
      assertThat(kept).hasSize(3);
      assertThat(kept.get(1).picture()).isEqualTo(all.get(1).picture());
    }
  }

  @Test
  void folderAndFamilyAreOfOneSystem() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2)) {
      Path folder = trained(backend, "class");
      assertThat(Files.readString(folder.resolve("config.json"))).contains("\"nar\"");
      LlamaGenFamily other = new LlamaGenFamily((_, _) -> new BrightnessTokenizer("hash"));
      assertThatThrownBy(() -> other.load(folder, backend))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("system is \"nar\"; need \"llamagen\"");
      try (ImageModel model = family.load(folder, backend)) {
        assertThat(model.loops()).containsExactly("nar");
      }
    }
  }
}
