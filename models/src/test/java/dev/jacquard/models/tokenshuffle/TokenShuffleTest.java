package dev.jacquard.models.tokenshuffle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.decoding.CountingLoop;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.llamagen.BrightnessTokenizer;
import dev.jacquard.models.llamagen.LlamaGenFamily;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.models.train.Trainer;
import dev.jacquard.models.train.TrainingConfig;
import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Training by windows, and drawing from what comes out.
class TokenShuffleTest {
  private static final TestPictures.DarkAndBright PICTURES = new TestPictures.DarkAndBright();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1, 16", "2, 4"})
  void drawsWhatTheClassSaysAWindowAPass(int window, int passes) throws IOException {
    LlamaGenFamily family =
        new LlamaGenFamily(new TokenShuffleSystem(), (_, _) -> new BrightnessTokenizer("hash"));
    Settings settings =
        new Settings(
            Map.of(
                "tokenizer", "brightness",
                "window", Integer.toString(window),
                "shuffleBlocks", "1",
                "dim", "32",
                "nLayers", "2",
                "nHeads", "2",
                "batch", "16"));
    TrainingConfig config =
        new TrainingConfig(60, 0, OptimizerKind.ADAMW, 1e-2, 1e-3, 5, 0, 1, 0, 30, 0);
    try (Backend backend = Backends.byName("cpu", 2)) {
      TensorScope.<Object, IOException>call(
          "training",
          () ->
              new Trainer(family.newTask(PICTURES, settings, 0, backend), config, folder)
                  .run(_ -> true));
      settings.requireAllTaken();
      try (ImageModel model = family.load(folder, backend)) {
        CountingLoop loop = new CountingLoop(new PlainLoop());
        ImageModel.Request request =
            new ImageModel.Request(
                5,
                3,
                SamplingOptions.plain(1),
                loop,
                false,
                0,
                new Condition.OfClass("dark"),
                new Guidance(1.5));
        double sum = 0;
        for (GeneratedImage image : model.generate(request, (_, _) -> true)) {
          for (byte sample : image.picture().samples()) {
            sum += (sample & 0xff) / (5.0 * 64);
          }
        }
        assertThat(sum).as("mean of five dark pictures").isLessThan(80); // bright ones: 216
        assertThat(loop.counts().passes()).isEqualTo(5L * passes);
        assertThat(model.loops()).containsExactly("plain");
        assertThat(model.evaluate(PICTURES, List.of()).get("bits_per_code")).isLessThan(2.5);
      }
    }
  }
}
