package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.ComponentCoefficients;
import dev.jacquard.jpeg.DecoderOptions;
import dev.jacquard.jpeg.JpegDecoder;
import dev.jacquard.models.Condition;
import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.decoding.CountingLoop;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.decoding.SpeculativeLoop;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.models.tokenizer.BytePairTokenizer;
import dev.jacquard.models.train.LossHistory;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegLmTest {
  private static final SamplingOptions GREEDY = new SamplingOptions(0, 0, 1, 0);

  @TempDir private static Path folder;
  private static final Backend backend = Backends.cpu(1);
  private static List<Picture> pictures = List.of();
  private static JpegLm model;

  @BeforeAll
  static void learnByHeart() throws IOException {
    pictures = TinyModel.trainByHeart(folder);
    model = JpegLm.load(folder, backend);
  }

  @AfterAll
  static void close() {
    model.close();
    assertThat(backend.pool().liveBytes()).as("given back when closed").isZero();
    backend.close();
  }

  @Test
  void theLossFallsToWhatFourPicturesNeed() throws IOException {
    List<LossHistory.Row> rows =
        LossHistory.read(folder.resolve("losses.csv"), TinyModel.STEPS).rows();
    // ln 259 = 5.56 for the token, half of ln 4 + ln 64 + ln 27 for the place in the MCU, and what
    // lies on tokens that cannot follow
    assertThat(rows.getFirst().loss()).isBetween(5.56 + 4.0, 5.56 + 4.8 + 3);
    // which of four pictures: 2 bits, 1.4 nats, for each of about 60 tokens
    assertThat(rows.getLast().loss()).isLessThan(0.25);
  }

  /// Whatever guesses, and in batches: at temperature 0 all loops draw the same.
  @Test
  void loopsThatGuessDrawTheSameAtTemperatureZero() {
    Picture picture = pictures.getFirst();
    List<DecodingLoop> loops =
        List.of(
            SpeculativeLoop.ngram(),
            SpeculativeLoop.forced(),
            SpeculativeLoop.draft(model.guesserFor(model, Condition.NONE, Guidance.NONE)));
    for (boolean grammar : new boolean[] {false, true}) {
      ImageModel.Request plain = new ImageModel.Request(3, 2, GREEDY, new PlainLoop(), grammar);
      List<GeneratedImage> expected = model.complete(picture, 0.5, plain, GenerationListener.NONE);
      for (DecodingLoop loop : loops) {
        CountingLoop counted = new CountingLoop(loop);
        ImageModel.Request request = new ImageModel.Request(3, 2, GREEDY, counted, grammar);
        List<GeneratedImage> images =
            model.complete(picture, 0.5, request, GenerationListener.NONE);
        for (int i = 0; i < 3; i++) {
          assertThat(images.get(i).file()).as(loop.name()).isEqualTo(expected.get(i).file());
        }
        if (loop.name().equals("draft")) { // it guesses as it judges
          assertThat(counted.counts().stood()).isEqualTo(counted.counts().guessed());
          assertThat(counted.counts().tokensPerPass()).isGreaterThan(3);
        }
      }
    }
  }

  @Test
  void aModelOfOtherTokensCannotGuess(@TempDir Path other) throws IOException {
    copyModel(other);
    Path config = other.resolve("config.json");
    String changed = Files.readString(config).replaceFirst("(\"quality\"\\s*:\\s*)\\d+", "$1" + 60);
    Files.writeString(config, changed);
    try (JpegLm stranger = JpegLm.load(other, backend)) {
      assertThatThrownBy(() -> stranger.guesserFor(model, Condition.NONE, Guidance.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("draft", "60", "259");
    }
  }

  /// Blocks come row by row, so what a preview shows of an MCU that is whole is what the file
  /// shows.
  @Test
  void previewsComeNearerToThePicture() {
    List<List<Picture>> previews = new ArrayList<>();
    List<Integer> firsts = new ArrayList<>();
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public boolean onProgress(long tokens, int finished) {
            return true;
          }

          @Override
          public void onPreview(int first, Supplier<List<Picture>> pictures) {
            firsts.add(first);
            previews.add(pictures.get());
          }
        };
    ImageModel.Request request = new ImageModel.Request(3, 2, GREEDY, new PlainLoop());
    List<GeneratedImage> images = model.generate(request, listener);
    assertThat(firsts).startsWith(0, 0).endsWith(2, 2);
    assertThat(previews.getFirst()).hasSize(2);
    Picture last = images.getLast().picture();
    assertThat(previews.getLast()).containsExactly(last);
    int known = 0;
    int grown = 0;
    for (int i = firsts.indexOf(2); i < previews.size(); i++) {
      int same = samplesAtTheTop(previews.get(i).getFirst(), last);
      assertThat(same).isGreaterThanOrEqualTo(known);
      grown += same > known ? 1 : 0;
      known = same;
    }
    assertThat(grown).as("16 rows of 2 by 2 MCUs").isGreaterThan(1);
  }

  /// How many samples are equal before the first one that is not.
  private static int samplesAtTheTop(Picture preview, Picture picture) {
    int different = Arrays.mismatch(preview.samples(), picture.samples());
    return different < 0 ? picture.samples().length : different;
  }

  @Test
  void greedyWritesOneOfTheFilesItLearned() throws IOException {
    GeneratedImage image = generate(1, 1, GREEDY).getFirst();
    JpegStream streams = model.tokenizer().streams();
    assertThat(pictures.stream().map(p -> streams.toFile(streams.encode(p))))
        .anySatisfy(file -> assertThat(image.file()).isEqualTo(file));
    assertThat(image.isComplete()).isTrue();
    assertThat(image.extension()).isEqualTo("jpg");
  }

  @Test
  void samplesAreFilesThatOthersDecode() throws IOException {
    for (GeneratedImage image : generate(8, 8, SamplingOptions.plain(0))) {
      var decoded = ImageIO.read(new ByteArrayInputStream(image.file()));
      assertThat(decoded.getWidth()).isEqualTo(16);
      assertThat(decoded.getHeight()).isEqualTo(16);
      assertThat(image.picture().width()).isEqualTo(16);
    }
  }

  @Test
  void aPictureDependsOnSeedAndNumberAlone() {
    List<String> together = files(generate(6, 6, SamplingOptions.plain(3)));
    assertThat(files(generate(6, 1, SamplingOptions.plain(3)))).isEqualTo(together);
    assertThat(files(generate(6, 4, SamplingOptions.plain(3)))).isEqualTo(together);
    assertThat(files(generate(5, 16, SamplingOptions.plain(3)))).isEqualTo(together.subList(0, 5));
    assertThat(together.stream().distinct()).hasSizeGreaterThan(1);
  }

  @Test
  void cancelKeepsFinishedPictures() {
    List<String> whole = files(generate(6, 2, SamplingOptions.plain(3)));
    ImageModel.Request request = request(6, 2, SamplingOptions.plain(3));
    List<GeneratedImage> kept = model.generate(request, (_, finished) -> finished < 3);
    assertThat(kept.size()).isBetween(3, 4);
    assertThat(files(kept).getFirst()).isEqualTo(whole.getFirst());
    assertThat(kept).allMatch(image -> image.tokens() > 0);
    assertThat(model.generate(request, (_, _) -> false)).isEmpty();
  }

  @Test
  void progressOnlyGrows() {
    List<Long> tokens = new ArrayList<>();
    List<Integer> finished = new ArrayList<>();
    List<GeneratedImage> images =
        model.generate(
            request(5, 2, SamplingOptions.plain(1)),
            (t, f) -> {
              tokens.add(t);
              finished.add(f);
              return true;
            });
    assertThat(tokens).isSorted();
    assertThat(finished).isSorted();
    assertThat(tokens.getLast()).isEqualTo(images.stream().mapToLong(i -> i.tokens()).sum());
    assertThat(finished.getLast()).isEqualTo(5);
  }

  /// The kept MCUs decode to the coefficients of the picture that was given, to the last bit.
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 0.5, 0.75, 1})
  void completionKeepsTheCoefficientsOfTheGivenPart(double keep) throws IOException {
    Picture given = TestPictures.scene(16, 16, 1, 99); // never seen in training
    JpegStream streams = model.tokenizer().streams();
    ComponentCoefficients original = coefficients(streams.toFile(streams.encode(given)));
    int mcus = (int) (4 * keep);
    for (GeneratedImage image :
        model.complete(
            given, keep, request(4, 4, SamplingOptions.plain(5)), GenerationListener.NONE)) {
      ComponentCoefficients completed = coefficients(image.file());
      for (int mcu = 0; mcu < mcus; mcu++) {
        assertThat(completed.block(mcu / 2, mcu % 2)).isEqualTo(original.block(mcu / 2, mcu % 2));
      }
    }
  }

  @Test
  void completionOfNothingIsGeneration() {
    List<GeneratedImage> completed =
        model.complete(
            pictures.getFirst(), 0, request(2, 2, SamplingOptions.plain(3)), (_, _) -> true);
    assertThat(files(completed)).isEqualTo(files(generate(2, 2, SamplingOptions.plain(3))));
  }

  @Test
  void greedyCompletionOfALearnedPictureIsThePicture() {
    for (Picture picture : pictures) {
      GeneratedImage image =
          model.complete(picture, 0.5, request(1, 1, GREEDY), GenerationListener.NONE).getFirst();
      assertThat(image.picture()).isEqualTo(model.fit(picture));
    }
  }

  /// One row a stream, one token a time, everything in f64 but the logits.
  @Test
  void likelihoodIsTheSumOverTokens() {
    List<byte[]> streams =
        TestPictures.parts(16, 18, 1, 1).stream()
            .map(model.tokenizer().streams()::encode)
            .toList(); // 20: more than one batch
    double nats = 0;
    long tokens = 0;
    for (byte[] stream : streams) {
      int[] document = model.tokenizer().document(stream);
      nats += slowNats(document);
      tokens += document.length - 1;
    }
    Likelihood.Result result = new Likelihood(model.llama(), model.tokenizer()).of(streams);
    long bytes = streams.stream().mapToLong(s -> s.length).sum();
    assertThat(result.nats()).isCloseTo(nats, Percentage.withPercentage(1e-3));
    assertThat(result.tokens()).isEqualTo(tokens);
    assertThat(result.bytes()).isEqualTo(bytes);
    assertThat(result.bitsPerByte()).isEqualTo(result.nats() / Math.log(2) / bytes);
  }

  private double slowNats(int[] document) {
    float[] logits =
        TensorScope.call(
            "logits",
            () -> {
              int[] ids = Arrays.copyOf(document, document.length - 1);
              Tensor tensor = Tensor.ofInts(backend, Shape.of(1, ids.length), ids);
              return model.llama().logits(tensor).toFloats();
            });
    int vocabSize = model.tokenizer().vocabSize();
    double nats = 0;
    for (int t = 0; t + 1 < document.length; t++) {
      double sum = 0;
      for (int v = 0; v < vocabSize; v++) {
        sum += Math.exp(logits[t * vocabSize + v]);
      }
      nats += Math.log(sum) - logits[t * vocabSize + document[t + 1]];
    }
    return nats;
  }

  @Test
  void evaluateGivesTheMetricsAskedFor() throws IOException {
    Map<String, Double> all =
        model.evaluate(TestPictures.set(pictures), List.of("bits_per_byte", "gzip_bits_per_byte"));
    assertThat(all).containsOnlyKeys("bits_per_byte", "gzip_bits_per_byte");
    assertThat(all.get("bits_per_byte")).isLessThan(0.5).isLessThan(all.get("gzip_bits_per_byte"));
    assertThatThrownBy(() -> model.evaluate(TestPictures.set(pictures), List.of("beauty")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("beauty", "bits_per_byte", "validity");
  }

  @Test
  void picturesTooLongForTheContextAreRefused() {
    Picture busy = TestPictures.noise(16, 16, 1, 1);
    ImageModel.Request request = request(1, 1, GREEDY);
    int tokens = model.tokenizer().encode(busy).length;
    assertThat(tokens).isGreaterThan(model.config().llama().maxSeqLen());
    assertThatThrownBy(() -> model.complete(busy, 1, request, GenerationListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("prompt too long", "" + model.config().llama().maxSeqLen());
    assertThatThrownBy(() -> model.evaluate(TestPictures.set(List.of(busy)), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("context", "" + (tokens - 1));
  }

  @Test
  void tokenizerAndModelMustAgree(@TempDir Path copy) throws IOException {
    copyModel(copy);
    BytePairTokenizer.train(List.of(new byte[] {1, 2, 1, 2, 1, 2}), 260)
        .save(copy.resolve("tokenizer.json"));
    refuses(copy, "tokenizer has 260 tokens; the model has 259");
  }

  @Test
  void missingFilesAreNamed(@TempDir Path copy) throws IOException {
    copyModel(copy);
    Files.delete(copy.resolve("model.safetensors"));
    assertThatThrownBy(() -> JpegLm.load(copy, backend))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("model.safetensors");
    Files.delete(copy.resolve("config.json"));
    refuses(copy, "no such file; " + copy.resolve("config.json"));
  }

  @Test
  void anotherShapeThanTheConfigurationSaysIsRefused(@TempDir Path copy) throws IOException {
    copyModel(copy);
    changeConfig(copy, "intermediate_size", 48L);
    refuses(copy, "model.safetensors");
    changeConfig(copy, "num_hidden_layers", 2L);
    refuses(copy, "model.safetensors");
    changeConfig(copy, "num_attention_heads", 3L);
    refuses(copy, "config.json");
    changeConfig(copy, "stream", Map.of("width", 16L));
    refuses(copy, "config.json");
    changeConfig(copy, "system", "llama");
    refuses(copy, "need \"jpeg-lm\"");
  }

  @Test
  void truncatedWeightsAreRefused(@TempDir Path copy) throws IOException {
    copyModel(copy);
    byte[] whole = Files.readAllBytes(copy.resolve("model.safetensors"));
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(copy.resolve("model.safetensors"), Arrays.copyOf(whole, length));
      refuses(copy, "model.safetensors");
    }
  }

  private void refuses(Path copy, String told) {
    long live = backend.pool().liveBytes();
    assertThatThrownBy(() -> JpegLm.load(copy, backend))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(told);
    assertThat(backend.pool().liveBytes()).as("nothing stays in memory").isEqualTo(live);
  }

  private void changeConfig(Path copy, String name, Object value) throws IOException {
    Map<String, Object> fields =
        new LinkedHashMap<>(ConfigFile.read(folder.resolve("config.json")).fields());
    fields.put(name, value);
    ConfigFile.write(copy.resolve("config.json"), fields);
  }

  private void copyModel(Path copy) throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(folder.resolve(name), copy.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private List<GeneratedImage> generate(int count, int batch, SamplingOptions sampling) {
    return model.generate(request(count, batch, sampling), GenerationListener.NONE);
  }

  private static ImageModel.Request request(int count, int batch, SamplingOptions sampling) {
    return new ImageModel.Request(count, batch, sampling, new PlainLoop());
  }

  private static List<String> files(List<GeneratedImage> images) {
    return images.stream().map(image -> HexFormat.of().formatHex(image.file())).toList();
  }

  private static ComponentCoefficients coefficients(byte[] file) throws IOException {
    return new JpegDecoder(DecoderOptions.defaults())
        .decodeCoefficients(file)
        .picture()
        .components()
        .getFirst();
  }
}
