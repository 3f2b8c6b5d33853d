package dev.jacquard.models.var;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.Condition;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.Settings;
import dev.jacquard.models.TokenizerModel;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.decoding.SpeculativeLoop;
import dev.jacquard.models.registry.ModelFamilies;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.models.train.LossHistory;
import dev.jacquard.models.train.Trainer;
import dev.jacquard.models.train.TrainingConfig;
import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.models.train.TrainingListener;
import dev.jacquard.models.vq.QuantizerConfig;
import dev.jacquard.models.vq.TorchFile;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqFamily;
import dev.jacquard.models.vq.VqModel;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Training of a tokenizer and of VAR on its codes, and drawing and editing with what comes out.
class VarTest {
  private static final ImageSet PICTURES = new TestPictures.DarkAndBright();
  private static final int TOKENS = 1 + 4 + 16;
  private static final boolean[] RIGHT = new boolean[16];

  static {
    for (int i = 0; i < RIGHT.length; i++) {
      RIGHT[i] = i % 4 >= 2;
    }
  }

  @TempDir private static Path shared;

  // ---- training ----

  private static Settings settings(ModelFamily family, String changes) {
    Map<String, String> settings = new LinkedHashMap<>(family.trainingDefaults());
    settings.remove("optimizer");
    settings.remove("learningRate");
    settings.remove("weightDecay");
    String own =
        family instanceof VarTokenizerFamily
            ? "channels=8 multipliers=1-2 zChannels=8 levels=1-2-4 codebookSize=16 codebookDim=4"
                + " restartEvery=4 perceptualWeight=0 batch=8 "
            : "tokenizer="
                + shared.resolve("tokenizer")
                + " tokenizerPath=../tokenizer"
                + " dim=32 nLayers=2 nHeads=2 batch=16 flip=true ";
    for (String setting : (own + changes).strip().split(" ", -1)) {
      String[] pair = setting.split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    return new Settings(settings);
  }

  private static LossHistory train(
      ModelFamily family, String changes, Path folder, long stopAt, TrainingListener heard)
      throws IOException {
    try (Backend backend = Backends.cpu(2)) {
      return TensorScope.<LossHistory[], IOException>call(
          "training",
          () -> {
            Settings settings = settings(family, changes);
            Trainer trainer =
                new Trainer(family.newTask(PICTURES, settings, 0, backend), config(), folder);
            settings.requireAllTaken();
            if (Trainer.hasCheckpoint(folder)) {
              trainer.resume();
            }
            return new LossHistory[] {trainer.run(until(stopAt, heard))};
          })[0];
    }
  }

  private static TrainingListener until(long stopAt, TrainingListener heard) {
    return new TrainingListener() {
      @Override
      public boolean onStep(LossHistory.Row row) {
        return heard.onStep(row) && row.step() < stopAt;
      }

      @Override
      public void onReport(long step, Map<String, Double> figures) {
        heard.onReport(step, figures);
      }
    };
  }

  private static TrainingConfig config() {
    return new TrainingConfig(60, 0, OptimizerKind.ADAMW, 1e-2, 1e-3, 5, 0, 1, 0, 30, 0);
  }

  private static Path tokenizer() throws IOException {
    Path folder = shared.resolve("tokenizer");
    if (!Files.exists(folder)) {
      train(new VarTokenizerFamily(), "", folder, 60, TrainingListener.NONE);
    }
    return folder;
  }

  private static Path trained() throws IOException {
    Path folder = shared.resolve("var");
    if (!Files.exists(folder)) {
      tokenizer();
      train(new VarFamily(), "", folder, 60, TrainingListener.NONE);
    }
    return folder;
  }

  @Test
  void aStoppedRunEndsAsAnUnbrokenOne() throws IOException {
    trained();
    for (String name : List.of("tokenizer", "var")) {
      ModelFamily family = name.equals("var") ? new VarFamily() : new VarTokenizerFamily();
      Path broken = shared.resolve("broken " + name);
      train(family, "", broken, 37, TrainingListener.NONE);
      train(family, "", broken, 60, TrainingListener.NONE);
      for (String file : List.of("model.safetensors", "checkpoint.safetensors", "config.json")) {
        assertThat(broken.resolve(file)).hasSameBinaryContentAs(shared.resolve(name).resolve(file));
      }
    }
  }

  @Test
  void eachMapSaysHowManyCodesItUses() throws IOException {
    List<Map<String, Double>> reports = new ArrayList<>();
    TrainingListener heard =
        new TrainingListener() {
          @Override
          public boolean onStep(LossHistory.Row row) {
            return true;
          }

          @Override
          public void onReport(long step, Map<String, Double> figures) {
            reports.add(figures);
          }
        };
    train(new VarTokenizerFamily(), "", shared.resolve("reporting"), 30, heard);
    Map<String, Double> figures = reports.getFirst();
    double used = 16 - figures.get("dead codes");
    assertThat(figures).containsKeys("codes at 1x1", "codes at 2x2", "codes at 4x4");
    assertThat(List.of(figures.get("codes at 1x1"), figures.get("codes at 4x4")))
        .allMatch(n -> n >= 1 && n <= used);
    assertThat(used).as("codes begin as latents and are restarted").isGreaterThan(8);
  }

  @Test
  void trainingBeginsWithTheWeightsOfAnother() throws IOException {
    Path begun = shared.resolve("begun");
    String start = "start=" + tokenizer();
    LossHistory again = train(new VarTokenizerFamily(), start, begun, 1, TrainingListener.NONE);
    LossHistory before = LossHistory.read(tokenizer().resolve("losses.csv"), 60);
    assertThat(again.rows().getFirst().loss()).isLessThan(before.rows().getFirst().loss() / 2);
  }

  @Test
  void settingsThatDoNotFitAreRefused() throws IOException {
    assertThatThrownBy(
            () -> train(new VarTokenizerFamily(), "levels=1-2-3", shared, 1, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "scales do not end at the tokenizer's grid; levels=[1, 2, 3], 4 rows");
    assertThatThrownBy(
            () -> train(new VarTokenizerFamily(), "levels=1-4-4", shared, 1, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("do not grow; [1, 4, 4]");
    assertThatThrownBy(() -> train(new VarFamily(), "tokenizer=", shared, 1, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no tokenizer");
    tokenizer();
    assertThatThrownBy(() -> train(new VarFamily(), "size=d17", shared, 1, TrainingListener.NONE))
        .hasMessageContaining("have d16, d20");
    Path plain = shared.resolve("plain");
    try (Backend backend = Backends.cpu(1);
        TensorScope scope = TensorScope.open("plain tokenizer")) {
      Settings one = new Settings(Map.of("channels", "8", "multipliers", "1-2", "batch", "2"));
      Files.createDirectories(plain);
      scope.<Integer, IOException>within(
          () -> {
            new VqFamily().newTask(PICTURES, one, 0, backend).export(plain);
            return 0;
          });
    }
    assertThatThrownBy(
            () -> train(new VarFamily(), "tokenizer=" + plain, shared, 1, TrainingListener.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer has one map of codes");
  }

  // ---- drawing ----

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

  private static double brightness(Picture picture) {
    double sum = 0;
    for (byte sample : picture.samples()) {
      sum += sample & 0xff;
    }
    return sum / picture.samples().length;
  }

  @Test
  void drawsWhatTheClassSays() throws IOException {
    Path folder = trained();
    try (Backend backend = Backends.cpu(2)) {
      try (ImageModel model = ModelFamilies.load(folder, backend)) {
        assertThat(model.generationConfig().guidanceScale()).isEqualTo(2);
        for (GeneratedImage image :
            model.generate(request(5, new Condition.OfClass("dark")), GenerationListener.NONE)) {
          assertThat(brightness(image.picture())).isLessThan(70);
          assertThat(image.tokens()).isEqualTo(TOKENS);
        }
        List<GeneratedImage> inTurn =
            model.generate(request(4, Condition.NONE), GenerationListener.NONE);
        assertThat(brightness(inTurn.get(2).picture())).isLessThan(70);
        assertThat(brightness(inTurn.get(3).picture())).isGreaterThan(170);
        Map<String, Double> bits = model.evaluate(PICTURES, List.of());
        assertThat(bits.get("bits_per_code")).isLessThan(1.0); // of log2 16 = 4
        double sum =
            bits.get("bits_at_1x1") + 4 * bits.get("bits_at_2x2") + 16 * bits.get("bits_at_4x4");
        assertThat(sum / TOKENS).isCloseTo(bits.get("bits_per_code"), within(1e-4));
      }
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  @Test
  void picturesGrowMapByMapAndAreKeptWhenStopped() throws IOException {
    Path folder = trained();
    try (Backend backend = Backends.cpu(2);
        ImageModel model = ModelFamilies.load(folder, backend)) {
      assertThat(model.stages()).isEqualTo(3);
      List<Picture> seen = new ArrayList<>();
      GenerationListener growing =
          new GenerationListener() {
            @Override
            public boolean onProgress(long tokens, int finished) {
              return tokens < 3 * TOKENS + 1; // stops in the second batch
            }

            @Override
            public void onPreview(int first, Supplier<List<Picture>> pictures) {
              seen.add(pictures.get().getFirst());
            }
          };
      List<GeneratedImage> stopped = model.generate(request(5, Condition.NONE), growing);
      assertThat(stopped).hasSize(3);
      assertThat(seen).hasSize(3 + 1);
      assertThat(seen.get(2)).isEqualTo(stopped.getFirst().picture());
      assertThat(seen.getFirst()).isNotEqualTo(seen.get(2));
      assertThat(model.generate(request(5, Condition.NONE), (tokens, _) -> tokens < 3 * TOKENS))
          .as("stopped at the end of a batch")
          .hasSize(3);
      List<GeneratedImage> all =
          model.generate(request(5, Condition.NONE), GenerationListener.NONE);
      assertThat(stopped.get(1).picture()).isEqualTo(all.get(1).picture());
      assertThat(all).hasSize(5);
    }
  }

  @Test
  void requestsThatDoNotFitAreRefused() throws IOException {
    Path folder = trained();
    try (Backend backend = Backends.cpu(2);
        Var model = Var.load(folder, backend)) {
      for (String name : List.of("blue", "2", "-1")) {
        assertThatThrownBy(
                () ->
                    model.generate(
                        request(1, new Condition.OfClass(name)), GenerationListener.NONE))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("no class \"" + name + "\"; have 0 to 1, which are dark, bright");
      }
      assertThatThrownBy(
              () ->
                  model.generate(
                      request(1, new Condition.Caption("snow")), GenerationListener.NONE))
          .hasMessageContaining("draws from classes");
      ImageModel.Request guessing =
          new ImageModel.Request(1, 1, SamplingOptions.plain(1), SpeculativeLoop.ngram());
      assertThatThrownBy(() -> model.generate(guessing, GenerationListener.NONE))
          .hasMessageContaining("draws map by map; loop \"ngram\"");
      assertThatThrownBy(() -> model.evaluate(PICTURES, List.of("fid")))
          .hasMessageContaining("unknown metric \"fid\"; have [bits_per_code, bits_at_1x1");
    }
  }

  // ---- editing ----

  @Test
  void editingKeepsEveryTokenOutsideTheMask() throws IOException {
    Path folder = trained();
    try (Backend backend = Backends.cpu(2);
        Var model = Var.load(folder, backend)) {
      Picture bright = PICTURES.image(1);
      int[] given = model.tokenizer().encode(model.tokenizer().fit(bright));
      ScalePlan plan = model.model().config().plan();
      boolean[] half = {false, true, false, true}; // of the 2x2 map
      boolean changed = false;
      for (int[] codes :
          model.editedCodes(bright, RIGHT, request(4, new Condition.OfClass("dark")))) {
        assertThat(codes[0]).isEqualTo(given[0]);
        for (int i = 0; i < 4; i++) {
          assertThat(half[i] || codes[1 + i] == given[1 + i]).isTrue();
        }
        for (int i = 0; i < 16; i++) {
          int at = plan.begin(2) + i;
          assertThat(RIGHT[i] || codes[at] == given[at]).as("token %d", i).isTrue();
          changed |= codes[at] != given[at];
        }
      }
      assertThat(changed).as("the masked part is drawn").isTrue();
    }
  }

  @Test
  void aMaskIsTakenAsItLies() throws IOException {
    Path folder = trained();
    try (Backend backend = Backends.cpu(2);
        Var model = Var.load(folder, backend)) {
      Picture bright = PICTURES.image(1);
      ImageModel.Request dark = request(2, new Condition.OfClass("0"));
      Picture none = new Picture(8, 8, 1, new byte[64]);
      assertThat(model.edit(bright, none, dark, GenerationListener.NONE).getLast().picture())
          .isEqualTo(model.fit(bright));
      byte[] corner = new byte[64];
      corner[8 * 7 + 7] = -1; // one pixel makes one token of 2x2 pixels
      List<int[]> expected = new ArrayList<>();
      boolean[] last = new boolean[16];
      last[15] = true;
      expected.addAll(model.editedCodes(bright, last, dark));
      Picture edited =
          model
              .edit(bright, new Picture(8, 8, 1, corner), dark, GenerationListener.NONE)
              .getFirst()
              .picture();
      assertThat(edited).isEqualTo(model.tokenizer().decode(expected.getFirst()));
      assertThat(model.complete(bright, 1, dark, GenerationListener.NONE).getFirst().picture())
          .isEqualTo(model.fit(bright));
      assertThatThrownBy(
              () ->
                  model.edit(
                      bright, new Picture(4, 8, 1, new byte[32]), dark, GenerationListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("mask of another size than the picture; 4x8; need 8x8");
    }
  }

  // ---- files ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"depth\" : 2|\"depth\" : 3|blocks.2.",
        "\"depth\" : 2|\"depth\" : 1|blocks.1.",
        "\"num_classes\" : 2|\"num_classes\" : 7|class_emb.weight",
        "[ 1, 2, 4 ]|[ 1, 3, 4 ]|pos_1LC",
        "\"side\" : 4|\"side\" : 5|rows of codes: tokenizer 4, generator 5",
        "\"codes\" : 16|\"codes\" : 17|codes: tokenizer 16, generator 17"
      })
  void aFolderThatDoesNotFitIsRefused(String from, String to, String message, @TempDir Path own)
      throws IOException {
    refused(trained(), own, from, to, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[ 1, 2, 4 ]|[ 1, 2, 3 ]|scales [1, 2, 3] do not end at the tokenizer's grid; 4 rows",
        "[ 1, 2, 4 ]|[ 4, 2, 4 ]|do not grow; [4, 2, 4]"
      })
  void aTokenizerThatDoesNotFitIsRefused(String from, String to, String message, @TempDir Path own)
      throws IOException {
    refused(tokenizer(), own, from, to, message);
  }

  private static void refused(Path good, Path own, String from, String to, String message)
      throws IOException {
    Path folder = Files.createDirectories(own.resolve("model"));
    Files.createDirectories(own.resolve("tokenizer"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(tokenizer().resolve(file), own.resolve("tokenizer").resolve(file));
    }
    String config = Files.readString(good.resolve("config.json"));
    assertThat(config).contains(from);
    Files.writeString(folder.resolve("config.json"), config.replace(from, to));
    Files.copy(good.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    try (Backend backend = Backends.cpu(1)) {
      assertThatThrownBy(() -> ModelFamilies.open(folder, backend))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(message);
      assertThat(backend.pool().liveBytes()).as("memory given back").isZero();
    }
  }

  /// The layouts of `var_d16.pth` and `vae_ch160v4096z32.pth`, small: found by their keys.
  @Test
  void publishedFilesAreOpenedAsModels(@TempDir Path own) throws IOException {
    Path transformer = own.resolve("var_d1.pth");
    Path vae = own.resolve(Var.PUBLISHED_TOKENIZER);
    List<Integer> sides = VarConfig.SIDES_256;
    try (Backend backend = Backends.cpu(2);
        TensorScope scope = TensorScope.open("files")) {
      scope.<Integer, IOException>within(
          () -> {
            VarConfig config = new VarConfig(8, 1, 2, 8, 3, 12, 4, sides, true, false, 1e-6f);
            VarModel model = new VarModel(config, Parameters.random(backend, 0));
            TorchFile.write(transformer, model.parameters().state());
            assertThatThrownBy(() -> ModelFamilies.load(transformer, backend))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no tokenizer beside it; need vae_ch160v4096z32.pth");
            VqModel tokenizer = new VqModel(tokenizerConfig(), Parameters.random(backend, 1));
            TorchFile.write(vae, VarTokenizerWeights.published(tokenizer.parameters().state(), 5));
            return 0;
          });
      try (ImageModel model = ModelFamilies.load(transformer, backend)) {
        ImageModel.Request request = request(1, new Condition.OfClass("2"));
        Picture picture = model.generate(request, GenerationListener.NONE).getFirst().picture();
        assertThat(List.of(picture.width(), picture.height())).containsExactly(256, 256);
        assertThatThrownBy(
                () ->
                    model.generate(request(1, new Condition.OfClass("3")), GenerationListener.NONE))
            .hasMessageContaining("no class \"3\"; have 0 to 2");
      }
      try (TokenizerModel tokenizer = ModelFamilies.loadTokenizer(vae, backend)) {
        assertThat(tokenizer.length()).isEqualTo(680);
        assertThat(tokenizer.vocabSize()).isEqualTo(12);
      }
    }
  }

  private static VqConfig tokenizerConfig() {
    List<Integer> multipliers = Collections.nCopies(5, 1);
    QuantizerConfig quantizer = QuantizerConfig.multiScale(12, 4, VarConfig.SIDES_256);
    return new VqConfig(3, 32, multipliers, multipliers, 1, 4, quantizer, 32, 1e-6f);
  }

  @Test
  void aFileOfAnotherModelIsRefused(@TempDir Path own) throws IOException {
    Path file = own.resolve("other.safetensors");
    try (Backend backend = Backends.cpu(1);
        TensorScope scope = TensorScope.open("file")) {
      scope.<Integer, IOException>within(
          () -> {
            StateDict state = new StateDict("other");
            state.put("weight", Tensor.zeros(backend, Shape.of(2)));
            new SafetensorsWriter().write(file, state);
            return 0;
          });
      assertThatThrownBy(() -> ModelFamilies.open(file, backend))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("no published model that is known here; file has 1 tensors");
    }
  }
}
