package dev.jacquard.models.jpeglm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.jpeg.HuffmanTables;
import dev.jacquard.jpeg.Sampling;
import dev.jacquard.models.GeneratedImage;
import dev.jacquard.models.GenerationListener;
import dev.jacquard.models.ImageModel;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.Splits;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.models.train.LossHistory;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UntrainedJpegLmTest {
  private final List<Picture> pictures = TestPictures.parts(16, 12, 2, 2);

  /// A model of one step writes garbage: each sample must still come out as a picture.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void garbageIsAPictureOfTheRightSize(boolean headerInStream, @TempDir Path folder)
      throws IOException {
    Map<String, String> settings =
        TinyModel.settings("headerInStream", Boolean.toString(headerInStream));
    TinyModel.train(pictures, settings, TinyModel.training(1, 1, 1e-3), folder);
    try (Backend backend = Backends.cpu(1);
        JpegLm model = JpegLm.load(folder, backend)) {
      ImageModel.Request request =
          new ImageModel.Request(40, 40, SamplingOptions.plain(0), new PlainLoop());
      List<GeneratedImage> images = model.generate(request, GenerationListener.NONE);
      assertThat(images)
          .hasSize(40)
          .allMatch(image -> image.picture().width() == 16 && image.picture().height() == 16)
          .noneMatch(GeneratedImage::isComplete);
    }
  }

  /// Nothing but the grammar is known here, and the context holds the longest picture and no more.
  @ParameterizedTest
  @CsvSource({"bytes, false, 1", "bytes, true, 2", "bpe, false, 2", "bpe, true, 1"})
  void byTheGrammarEvenGarbageIsAWholeFile(
      String tokenizer, boolean headerInStream, double temperature, @TempDir Path folder)
      throws IOException {
    Map<String, String> settings =
        TinyModel.settings(
            "headerInStream", Boolean.toString(headerInStream), "tokenizer", tokenizer);
    TinyModel.train(pictures, settings, TinyModel.training(1, 1, 1e-3), folder);
    try (Backend backend = Backends.cpu(1);
        JpegLm model = JpegLm.load(folder, backend)) {
      SamplingOptions sampling = new SamplingOptions(temperature, 0, 1, 0);
      ImageModel.Request request = new ImageModel.Request(60, 40, sampling, new PlainLoop(), true);
      assertThat(model.generate(request, GenerationListener.NONE))
          .hasSize(60)
          .allMatch(GeneratedImage::isComplete);
    }
  }

  /// Markers where no marker may be: what an unfinished model writes now and then.
  @Test
  void strayMarkersNeverBreakGeneration() {
    StreamFormat format =
        new StreamFormat(16, 16, 1, 25, Sampling.S444, HuffmanTables.TYPICAL, false);
    JpegStream streams = new JpegStream(format);
    Random random = new Random(1);
    int undecodable = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] stream = streams.encode(pictures.get(i % pictures.size()));
      int at = random.nextInt(stream.length - 4);
      stream[at] = (byte) 0xFF;
      stream[at + 1] = (byte) (0xC0 + random.nextInt(0x3F));
      stream[at + 2] = 0;
      stream[at + 3] = (byte) random.nextInt(16);
      try {
        Picture picture = streams.decode(stream);
        assertThat(picture.width()).isEqualTo(16);
        assertThat(picture.height()).isEqualTo(16);
      } catch (IOException e) { // JpegLm shows such a stream as a grey picture
        undecodable++;
      }
    }
    assertThat(undecodable).isLessThan(3000);
  }

  @Test
  void exportedWeightsGiveTheSameLikelihoodUpToBf16(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Backend backend = Backends.cpu(1);
        TensorScope scope = TensorScope.open("test")) {
      JpegLmTask task =
          scope.within(
              () ->
                  JpegLmTask.create(
                      TestPictures.set(pictures), new Settings(TinyModel.settings()), 0, backend));
      double before = task.validate();
      task.export(folder);
      try (JpegLm model = JpegLm.load(folder, backend)) {
        List<Picture> held = pictures.stream().filter(UntrainedJpegLmTest::isHeldOut).toList();
        double after =
            model.evaluate(TestPictures.set(held), List.of("bits_per_byte")).get("bits_per_byte");
        assertThat(after)
            .isNotEqualTo(before) // weights are rounded
            .isCloseTo(before, Percentage.withPercentage(0.1));
      }
    }
  }

  @Test
  void trainingGoesOnFromAnotherModel(@TempDir Path folder) throws IOException {
    Path first = folder.resolve("first");
    TinyModel.train(
        pictures, TinyModel.settings("tokenizer", "bpe"), TinyModel.training(20, 20, 1e-2), first);
    Map<String, String> settings = Map.of("init", first.toString(), "batch", "4", "length", "32");
    double scratch = firstLoss(TinyModel.settings("tokenizer", "bpe"), folder.resolve("scratch"));
    assertThat(firstLoss(settings, folder.resolve("second"))).isLessThan(0.9 * scratch);
    Map<String, String> missing = Map.of("init", folder.resolve("none").toString());
    assertThatThrownBy(() -> firstLoss(missing, folder.resolve("third")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json");
  }

  private double firstLoss(Map<String, String> settings, Path out) throws IOException {
    return TinyModel.train(pictures, settings, TinyModel.training(1, 1, 1e-3), out)
        .rows()
        .getFirst()
        .loss();
  }

  private static boolean isHeldOut(Picture picture) {
    return Splits.partOf(picture) == Splits.Part.VALID;
  }

  /// With nothing held out there is no best model: the folder then holds the latest.
  @Test
  void withoutHeldOutPicturesTheLatestModelIsKept(@TempDir Path folder) throws IOException {
    List<Picture> train = TestPictures.parts(16, 4, 0, 0);
    Path half = folder.resolve("half");
    Path whole = folder.resolve("whole");
    TinyModel.train(train, TinyModel.settings(), TinyModel.training(4, 2, 1e-2), whole);
    TinyModel.train(train, TinyModel.settings(), TinyModel.training(4, 4, 1e-2), half);
    LossHistory history = LossHistory.read(whole.resolve("losses.csv"), 4);
    assertThat(history.bestValidation()).isInfinite();
    assertThat(whole.resolve("model.safetensors"))
        .hasSameBinaryContentAs(half.resolve("model.safetensors")); // both of step 4
  }

  @ParameterizedTest
  @CsvSource({
    "maxSeqLen,16,context too short; maxSeqLen=16",
    "dim,0,dim 0",
    "nHeads,16,head size 1",
    "batch,0,batch 0",
    "length,0,length 0",
    "shift,-1,shift; -1",
    "quality,0,quality",
    "sampling,4:1:1,4:1:1",
    "tokenizer,words,words",
    "width,0,0x16",
    "flip,maybe,flip=maybe",
  })
  void settingsOutOfRangeAreNamed(String name, String value, String told) {
    try (Backend backend = Backends.cpu(1);
        TensorScope scope = TensorScope.open("test")) {
      Settings settings =
          new Settings(
              TinyModel.settings(name, value, "grey", Boolean.toString(!name.equals("sampling"))));
      assertThatThrownBy(
              () ->
                  scope.within(
                      () -> JpegLmTask.create(TestPictures.set(pictures), settings, 0, backend)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(told);
    }
  }

  @Test
  void nothingToLearnFromIsRefused() {
    try (Backend backend = Backends.cpu(1)) {
      List<Picture> heldOut = TestPictures.parts(16, 0, 1, 1);
      Settings settings = new Settings(TinyModel.settings());
      assertThatThrownBy(() -> JpegLmTask.create(TestPictures.set(heldOut), settings, 0, backend))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nothing to learn from; 2 pictures");
    }
  }
}
