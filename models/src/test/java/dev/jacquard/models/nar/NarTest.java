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
        assertThat(brightness(image.picture())).isBetween(isBright ? 180.0 : 0, isBright ? 255 : 70.0);
      }
    }
  }

  /// The given rows end within diagonals.
  @Test
  void completesAPictureFromItsFirstRows() throws IOException {
    Picture bright = PICTURES.image(1);
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      GeneratedImage image =
          model
              .complete(
                  bright, 0.5, request(1, new Condition.OfClass("1"), loop()), (_, _) -> true)
              .getFirst();
      assertThat(image.tokens()).isEqualTo(8);
      byte[] given = Arrays.copyOf(model.fit(bright).samples(), 32);
      assertThat(image.picture().samples()).startsWith(given);
      assertThat(brightness(image.picture())).isGreaterThan(180);
    }
  }

  @Test
  void isShownByDiagonalsAndKeptWhenCancelled() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      List<GeneratedImage> all =
          model.generate(request(5, Condition.NONE, loop()), GenerationListener.NONE);
      List<Picture> shown = new ArrayList<>();
      GenerationListener listener =
          new GenerationListener() {
            @Override
            public boolean onProgress(long tokens, int finished) {
              return tokens < 3 * SIDE * SIDE + 4;
            }

            @Override
            public void onPreview(int first, Supplier<List<Picture>> pictures) {
              shown.add(pictures.get().getFirst());
            }
          };
      List<GeneratedImage> kept = model.generate(request(5, Condition.NONE, loop()), listener);
      assertThat(kept).hasSize(3);
      assertThat(kept.get(1).picture()).isEqualTo(all.get(1).picture());
      Picture whole = all.getFirst().picture();
      assertThat(shown.get(2 * SIDE - 2)).isEqualTo(whole);
      Picture half = shown.get(SIDE - 1); // the diagonals above and on the middle one
      for (int cell = 0; cell < SIDE * SIDE; cell++) {
        int x = 2 * (cell % SIDE);
        int y = 2 * (cell / SIDE);
        int known = Math.min(cell % SIDE, SIDE - 1 - cell / SIDE); // column of the last known
        assertThat(half.sample(x, y, 0)).isEqualTo(whole.sample(2 * known, y, 0));
      }
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
