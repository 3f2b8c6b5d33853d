package dev.jacquard.models.llamagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.decoding.CountingLoop;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.Drafter;
import dev.jacquard.models.decoding.JacobiDrafter;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.decoding.SpeculativeLoop;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Training on the codes of a tokenizer, and drawing from what comes out.
class LlamaGenTest {
  private static final TestPictures.DarkAndBright PICTURES = new TestPictures.DarkAndBright();
  private static final TokenizerLoader TOKENIZERS =
      (path, _) -> new BrightnessTokenizer("hash of " + path.getFileName());

  @TempDir private static Path shared;

  private final LlamaGenFamily family = new LlamaGenFamily(TOKENIZERS);

  /// The folder of a model that was trained for 60 steps; one for each kind of condition.
  private Path trained(Backend backend, String condition) throws IOException {
    Path folder = shared.resolve(condition);
    if (!Files.exists(folder)) {
      train(backend, condition, folder, 60);
    }
    return folder;
  }

  private void train(Backend backend, String condition, Path folder, long stopAt)
      throws IOException {
    TensorScope.<Object, IOException>call(
        "training",
        () -> {
          Trainer trainer =
              new Trainer(
                  family.newTask(PICTURES, new Settings(settings(condition)), 0, backend),
                  config(),
                  folder);
          if (Trainer.hasCheckpoint(folder)) {
            trainer.resume();
          }
          return trainer.run(row -> row.step() < stopAt).rows().getLast();
        });
  }

  private static TrainingConfig config() {
    return new TrainingConfig(60, 0, OptimizerKind.ADAMW, 1e-2, 1e-3, 5, 0, 1, 0, 30, 0);
  }

  private static Map<String, String> settings(String condition) {
    Map<String, String> settings = new HashMap<>();
    settings.put("tokenizer", "brightness");
    settings.put("tokenizerPath", "../brightness");
    settings.put("condition", condition);
    settings.put("dim", "32");
    settings.put("nLayers", "2");
    settings.put("nHeads", "2");
    settings.put("captionTokens", "12");
    settings.put("captionDim", "32");
    settings.put("captionLayers", "1");
    settings.put("batch", "16");
    settings.put("dropout", "0"); // 60 steps are few
    return settings;
  }

  private static ImageModel.Request request(int count, Condition condition) {
    return new ImageModel.Request(
        count,
        3,
        SamplingOptions.plain(1),
        new PlainLoop(),
        false,
        0,
        condition,
        new Guidance(1.5));
  }

  private static double brightness(GeneratedImage image) {
    double sum = 0;
    for (byte sample : image.picture().samples()) {
      sum += sample & 0xff;
    }
    return sum / 64;
  }

  @Test
  void drawsWhatTheClassSays() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2)) {
      try (ImageModel model = family.load(trained(backend, "class"), backend)) {
        assertThat(model.generationConfig().guidanceScale()).isEqualTo(2);
        for (GeneratedImage image :
            model.generate(request(5, new Condition.OfClass("dark")), GenerationListener.NONE)) {
          assertThat(brightness(image)).isLessThan(70);
          assertThat(image.tokens()).isEqualTo(16);
          assertThat(image.isComplete()).isTrue();
        }
        List<GeneratedImage> inTurn =
            model.generate(request(4, Condition.NONE), GenerationListener.NONE);
        assertThat(brightness(inTurn.get(2))).isLessThan(70);
        assertThat(brightness(inTurn.get(3))).isGreaterThan(180);
        assertThat(model.evaluate(PICTURES, List.of()).get("bits_per_code"))
            .isLessThan(1.0); // of log2 16 = 4; without condition 1 bit a picture at the least
      }
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  @Test
  void drawsWhatTheCaptionSays() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "caption"), backend)) {
      Condition night = new Condition.Caption("a night sky");
      for (GeneratedImage image : model.generate(request(3, night), GenerationListener.NONE)) {
        assertThat(brightness(image)).isLessThan(70);
      }
      Condition snow = new Condition.Caption("snow");
      for (GeneratedImage image : model.generate(request(3, snow), GenerationListener.NONE)) {
        assertThat(brightness(image)).isGreaterThan(180);
      }
    }
  }

  @Test
  void severalCaptionsAreDrawnInTurn() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "caption"), backend)) {
      Condition both = new Condition.Caption(List.of("a night sky", "snow"));
      List<GeneratedImage> images = model.generate(request(4, both), GenerationListener.NONE);
      for (int i = 0; i < 4; i += 2) {
        assertThat(brightness(images.get(i))).isLessThan(70);
        assertThat(brightness(images.get(i + 1))).isGreaterThan(180);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dropout=0.5", "flip=true", "shift=1"})
  void dropoutAndMovedPicturesChangeWhatIsLearned(String setting, @TempDir Path own)
      throws IOException {
    try (Backend backend = Backends.byName("cpu", 1)) {
      double plain = lossOfStep3(backend, "dropout=0", own.resolve("plain"));
      assertThat(lossOfStep3(backend, "dropout=0", own.resolve("again"))).isEqualTo(plain);
      assertThat(lossOfStep3(backend, setting, own.resolve("changed"))).isNotEqualTo(plain);
    }
  }

  private double lossOfStep3(Backend backend, String setting, Path folder) throws IOException {
    return TensorScope.<Double, IOException>call(
        "training",
        () -> {
          Map<String, String> values = settings("class");
          values.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
          Settings settings = new Settings(values);
          Trainer trainer =
              new Trainer(family.newTask(PICTURES, settings, 0, backend), config(), folder);
          return trainer.run(row -> row.step() < 3).rows().getLast().loss();
        });
  }

  @Test
  void aModelOfCaptionsCanBeginFromOneOfClasses() throws IOException {
    try (Backend backend = Backends.byName("cpu", 1)) {
      Path classes = trained(backend, "class");
      Map<String, String> values = settings("caption");
      double fresh = TensorScope.call("fresh", () -> validated(backend, values));
      assertThat(fresh).isEqualTo(4, within(1e-5)); // log2 16: all codes alike
      values.put("init", classes.toString());
      double begun = TensorScope.call("begun", () -> validated(backend, values));
      assertThat(begun).isLessThan(2);
      values.put("dim", "64");
      assertThatThrownBy(() -> TensorScope.call("other", () -> validated(backend, values)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("[16, 32]");
    }
  }

  private double validated(Backend backend, Map<String, String> values) throws IOException {
    return family.newTask(PICTURES, new Settings(values), 0, backend).validate();
  }

  @Test
  void resumedTrainingEndsWhereTheUnbrokenEnds() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2)) {
      Path broken = shared.resolve("broken");
      train(backend, "class", broken, 37);
      train(backend, "class", broken, 60);
      assertThat(broken.resolve("model.safetensors"))
          .hasSameBinaryContentAs(trained(backend, "class").resolve("model.safetensors"));
      assertThat(broken.resolve("loss.png")).isNotEmptyFile();
    }
  }

  @Test
  void completesAPictureFromItsFirstRows() throws IOException {
    Picture bright = PICTURES.image(1);
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      GeneratedImage image =
          model
              .complete(
                  bright, 0.5, request(1, new Condition.OfClass("1")), GenerationListener.NONE)
              .getFirst();
      assertThat(image.tokens()).isEqualTo(8);
      assertThat(image.picture().samples())
          .startsWith(java.util.Arrays.copyOf(model.fit(bright).samples(), 32));
    }
  }

  @Test
  void aPictureDoesNotDependOnItsBatchAndIsKeptWhenCancelled() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      List<GeneratedImage> all =
          model.generate(request(5, Condition.NONE), GenerationListener.NONE);
      List<GeneratedImage> cancelled =
          model.generate(request(5, Condition.NONE), (tokens, _) -> tokens < 3 * 16 + 4);
      assertThat(cancelled).hasSize(3);
      assertThat(cancelled.get(1).picture()).isEqualTo(all.get(1).picture());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"hash of brightness\"|\"hash of another\"|hash: tokenizer hash of brightness, generator"
            + " hash of another",
        "\"codes\" : 16|\"codes\" : 32|codes: tokenizer 16, generator 32",
        "\"side\" : 4|\"side\" : 5|rows of codes: tokenizer 4, generator 5",
        "\"block_size\" : 16|\"block_size\" : 25|GPT of 16 codes and 5 rows for a tokenizer of 16"
            + " codes and 4 rows"
      })
  void aTokenizerThatDoesNotFitIsRefused(String from, String to, String message, @TempDir Path own)
      throws IOException {
    try (Backend backend = Backends.byName("cpu", 2)) {
      Path folder = trained(backend, "class");
      String config = Files.readString(folder.resolve("config.json"));
      assertThat(config).contains(from);
      Files.writeString(own.resolve("config.json"), config.replace(from, to));
      Files.copy(folder.resolve("model.safetensors"), own.resolve("model.safetensors"));
      assertThatThrownBy(() -> family.load(own, backend))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(message);
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"blue", "2", "-1"})
  void anUnknownClassIsRefusedWithThoseThereAre(String name) throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      ImageModel.Request request = request(1, new Condition.OfClass(name));
      assertThatThrownBy(() -> model.generate(request, GenerationListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no class \"" + name + "\"; have 0 to 1, which are dark, bright");
      ImageModel.Request text = request(1, new Condition.Caption("snow"));
      assertThatThrownBy(() -> model.generate(text, GenerationListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model draws from classes; given text \"snow\"; pass a class");
    }
  }

  @Test
  void aClassIsRefusedByAModelOfCaptions() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "caption"), backend)) {
      assertThat(model.readsCaptions()).isTrue();
      ImageModel.Request request = request(1, new Condition.OfClass("dark"));
      assertThatThrownBy(() -> model.generate(request, GenerationListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model draws from texts; given class \"dark\"; pass a text");
    }
  }

  /// A model that guesses for itself sees the same conditions and guidance.
  @Test
  void aModelGuessesForAnother() throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      Guidance guidance = new Guidance(1.5);
      CountingLoop loop =
          new CountingLoop(
              SpeculativeLoop.draft(model.guesserFor(model, Condition.NONE, guidance)));
      List<GeneratedImage> plain =
          model.generate(greedy(new PlainLoop(), guidance), GenerationListener.NONE);
      List<GeneratedImage> guessed =
          model.generate(greedy(loop, guidance), GenerationListener.NONE);
      for (int i = 0; i < 5; i++) {
        assertThat(guessed.get(i).picture()).isEqualTo(plain.get(i).picture());
      }
      assertThat(loop.counts().stood()).isEqualTo(loop.counts().guessed()).isGreaterThan(40);
      assertThat(loop.counts().tokensPerPass()).isGreaterThan(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gsd", "lantern"})
  void lossyLoopsTakeCodesForTheirNeighbours(String name) throws IOException {
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend)) {
      assertThat(model.loops()).contains(name);
      Drafter drafter = new JacobiDrafter(JacobiDrafter.Start.REPEAT, false);
      CountingLoop loop =
          new CountingLoop(
              name.equals("gsd")
                  ? SpeculativeLoop.grouped(model.codeVectors())
                  : SpeculativeLoop.relaxed(model.codeVectors(), drafter));
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
      for (GeneratedImage image : model.generate(request, GenerationListener.NONE)) {
        assertThat(brightness(image)).isLessThan(70);
      }
      assertThat(loop.counts().passes()).isLessThan(5 * 16); // a pass a code without guesses
      assertThat(loop.counts().stood()).isPositive();
    }
  }

  private static ImageModel.Request greedy(DecodingLoop loop, Guidance guidance) {
    SamplingOptions options = new SamplingOptions(0, 0, 1, 0);
    return new ImageModel.Request(5, 3, options, loop, false, 0, Condition.NONE, guidance);
  }

  @Test
  void aModelOfOtherConditionsOrCodesCannotGuess() throws IOException {
    TokenizerLoader retrained = (_, _) -> new BrightnessTokenizer("hash of brightness anew");
    try (Backend backend = Backends.byName("cpu", 2);
        ImageModel model = family.load(trained(backend, "class"), backend);
        ImageModel captions = family.load(trained(backend, "caption"), backend)) {
      assertThatThrownBy(() -> captions.guesserFor(model, Condition.NONE, Guidance.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("draft: ", "from captions", "2 classes [dark, bright]");
      Path unnoted = shared.resolve("unnoted");
      Files.createDirectories(unnoted);
      String config = Files.readString(trained(backend, "class").resolve("config.json"));
      Files.writeString(unnoted.resolve("config.json"), config.replace("hash of brightness", ""));
      Files.copy(
          trained(backend, "class").resolve("model.safetensors"),
          unnoted.resolve("model.safetensors"));
      try (ImageModel other = LlamaGen.load(unnoted, new RasterSystem(), retrained, backend)) {
        assertThatThrownBy(() -> other.guesserFor(model, Condition.NONE, Guidance.NONE))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll(
                "draft: ", "hash of brightness anew from", "hash of brightness from");
      }
    }
  }

  @Test
  void trainingWithoutATokenizerIsRefused() {
    try (Backend backend = Backends.byName("cpu", 2)) {
      assertThatThrownBy(() -> family.newTask(PICTURES, new Settings(Map.of()), 0, backend))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("setting: no tokenizer");
    }
  }
}
