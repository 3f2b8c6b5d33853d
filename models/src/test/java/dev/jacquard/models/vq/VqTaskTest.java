package dev.jacquard.models.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.Settings;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.PictureTensors;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.eval.PerceptualDistance;
import dev.jacquard.models.eval.RandomFeatureNet;
import dev.jacquard.models.train.LossHistory;
import dev.jacquard.models.train.NotFiniteException;
import dev.jacquard.models.train.Trainer;
import dev.jacquard.models.train.TrainingConfig;
import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.models.train.TrainingListener;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.HingeLoss;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Training of tokenizers: losses, resuming, reports, and what is left of it.
class VqTaskTest {
  private static final List<String> FILES =
      List.of("checkpoint.safetensors", "model.safetensors", "losses.csv", "config.json");

  @TempDir private Path folder;
  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  static Map<String, String> settings(String... changes) {
    Map<String, String> settings = new LinkedHashMap<>();
    String all =
        "channels=8 multipliers=1-2 zChannels=8 codebookSize=16 codebookDim=4 batch=4"
            + " discriminatorWeight=0.5 discriminatorStart=3 discriminatorChannels=8"
            + " discriminatorHalvings=1 restartEvery=2 flip=true shift=1";
    for (String setting : all.split(" ", -1)) {
      String[] pair = setting.split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    for (int i = 0; i < changes.length; i += 2) {
      settings.put(changes[i], changes[i + 1]);
    }
    return settings;
  }

  private VqTask task(String... changes) throws IOException {
    List<Picture> pictures = TestPictures.parts(16, 12, 2, 2);
    return VqTask.create(TestPictures.set(pictures), new Settings(settings(changes)), 5, backend);
  }

  private static TrainingConfig training(long steps) {
    return new TrainingConfig(steps, 0, OptimizerKind.ADAMW, 2e-3, 1e-4, 2, 0, 1, 0.9, 2, 5);
  }

  @Test
  void aStoppedRunEndsAsAnUnbrokenOne() throws IOException {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    LossHistory history = new Trainer(task(), training(8), whole).run(TrainingListener.NONE);
    assertThat(history.rows().getLast().loss()).isFinite();
    for (int stop : new int[] {3, 5}) { // before and after the discriminator starts
      Trainer trainer = new Trainer(task(), training(8), broken);
      if (Trainer.hasCheckpoint(broken)) {
        trainer.resume();
      }
      trainer.run(row -> row.step() < stop);
    }
    Trainer last = new Trainer(task(), training(8), broken);
    assertThat(last.resume()).isEqualTo(5);
    last.run(TrainingListener.NONE);
    for (String file : FILES) {
      assertThat(broken.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void aCheckpointBringsPicturesAndFigures() throws IOException {
    List<Map<String, Double>> figures = new ArrayList<>();
    new Trainer(task(), training(4), folder).run(collector(figures));
    assertThat(folder.resolve("reconstructions/step-000002.png")).isNotEmptyFile();
    assertThat(folder.resolve("reconstructions/step-000004.png")).isNotEmptyFile();
    assertThat(figures).hasSize(2);
    assertThat(figures.getFirst()).containsOnlyKeys("code share", "code perplexity", "dead codes");
    assertThat(figures.getLast()).containsKey("discriminator balance");
    double used = 16 - figures.getLast().get("dead codes");
    assertThat(figures.getLast().get("code share")).isCloseTo(used / 16, within(1e-9));
  }

  private static TrainingListener collector(List<Map<String, Double>> figures) {
    return new TrainingListener() {
      @Override
      public boolean onStep(LossHistory.Row row) {
        return true;
      }

      @Override
      public void onReport(long step, Map<String, Double> found) {
        figures.add(found);
      }
    };
  }

  @Test
  void trainingReconstructsBetter() throws IOException {
    VqTask task = task("discriminatorWeight", "0", "flip", "false", "shift", "0");
    double before = task.validate();
    new Trainer(task, training(60), folder).run(TrainingListener.NONE);
    assertThat(task.validate()).isLessThan(before - 2); // dB
    try (VqTokenizer tokenizer = VqTokenizer.load(folder, backend)) {
      Picture picture = tokenizer.fit(TestPictures.scene(40, 30, 3, 1));
      int[] codes = tokenizer.encode(picture);
      assertThat(codes).hasSize(64);
      assertThat(IntStream.of(codes)).allMatch(k -> k >= 0 && k < 16);
      assertThat(tokenizer.decode(codes))
          .isEqualTo(tokenizer.decodeAll(List.of(codes, codes)).get(1));
      assertThat(tokenizer.hash()).hasSize(12);
      assertThatThrownBy(() -> tokenizer.encode(TestPictures.scene(40, 30, 3, 1)))
          .hasMessageContaining("40x30x3")
          .hasMessageContaining("16x16x1");
      assertThatThrownBy(() -> tokenizer.decode(new int[3])).hasMessageContaining("8 by 8");
    }
  }

  @Test
  void deadCodesComeToLife() throws IOException {
    double without = share("restartEvery", "0");
    double with = share("restartEvery", "2");
    assertThat(with).isGreaterThan(without);
  }

  /// Use of codes that start far from every latent.
  private double share(String name, String value) throws IOException {
    VqTask task =
        task(name, value, "discriminatorWeight", "0", "normalized", "false", "codebookSize", "64");
    Tensor table = task.parameters().named().get("model.quantize.embedding.weight");
    table.copyFrom(table.detach().add(Tensor.full(backend, table.shape(), 50)));
    List<Map<String, Double>> figures = new ArrayList<>();
    new Trainer(task, training(6), folder.resolve(value)).run(collector(figures));
    return figures.getLast().get("code share");
  }

  @Test
  void trainingThatRunsIntoNanStopsAndKeepsItsCheckpoint() throws IOException {
    VqTask task = task();
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    new Trainer(task, training(4), folder).run(row -> row.step() < 2);
    byte[] good = java.nio.file.Files.readAllBytes(checkpoint);
    Trainer again = new Trainer(task, training(4), folder);
    again.resume();
    Tensor bias = task.parameters().named().get("model.decoder.conv_in.bias");
    float[] poisoned = bias.toFloats();
    poisoned[1] = Float.NaN;
    bias.copyFrom(poisoned);
    assertThatThrownBy(() -> again.run(TrainingListener.NONE))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageContaining("step 3")
        .hasMessageContaining("\"model.decoder.conv_in.bias\"")
        .hasMessageContaining("checkpoint of step 2");
    assertThat(checkpoint).hasBinaryContent(good);
  }

  // ---- the adversarial part ----

  /// Each network learns from its own losses only, and `λ` is the ratio of the two gradients.
  @Test
  void theTwoNetworksAreKeptApart() {
    VqModel model = new VqModel(VqModelTest.tiny(), Parameters.random(backend, 7));
    PatchDiscriminator discriminator =
        new PatchDiscriminator(
            Parameters.random(backend, 8), new PatchDiscriminator.Sizes(3, 8, 1));
    PerceptualDistance perceptual = new PerceptualDistance(new RandomFeatureNet(backend, 0));
    Tensor images =
        PictureTensors.of(
            backend, List.of(TestPictures.scene(16, 16, 3, 1), TestPictures.scene(16, 16, 3, 2)));
    VqLoss.Options options = new VqLoss.Options(true, 0.3, 0.8, 1, true);
    VqLoss loss = new VqLoss(options, model, perceptual, discriminator);

    Gradients all = gradients(() -> total(loss, model, images, 1));
    Tensor y = model.forward(images).reconstruction();
    Gradients detection =
        gradients(
            () -> HingeLoss.discriminator(discriminator.forward(images), discriminator.forward(y)));
    discriminator
        .parameters()
        .named()
        .forEach((name, p) -> assertClose(all.of(p), detection.of(p), name));

    Tensor last = model.lastConvolution().weight();
    Gradients fidelity = gradients(() -> fidelity(perceptual, model, images));
    Gradients deceit =
        gradients(
            () ->
                HingeLoss.generator(discriminator.forward(model.forward(images).reconstruction())));
    double balance = norm(fidelity.of(last)) / (norm(deceit.of(last)) + 1e-4);
    assertThat(loss.balance()).isCloseTo(balance, within(1e-3 * balance));
    Tensor expected = fidelity.of(last).add(deceit.of(last).scale((float) (0.8 * balance)));
    assertClose(all.of(last), expected, "last weight");

    Gradients before = gradients(() -> total(loss, model, images, 0));
    discriminator.parameters().named().forEach((_, p) -> assertThat(before.has(p)).isFalse());
  }

  private static Tensor total(VqLoss loss, VqModel model, Tensor images, long step) {
    return loss.of(images, model.train(images, RandomStream.of(1)), step);
  }

  private static Tensor fidelity(PerceptualDistance perceptual, VqModel model, Tensor images) {
    Tensor y = model.forward(images).reconstruction();
    Tensor d = images.sub(y);
    return d.mul(d).mean().add(perceptual.apply(images, y).scale(0.3f));
  }

  private static Gradients gradients(Supplier<Tensor> f) {
    Tape tape = new Tape();
    Tensor value = tape.call(f::get);
    return tape.backward(value);
  }

  private static double norm(Tensor x) {
    return Math.sqrt(x.backend().reduce().sumOfSquares(x));
  }

  private static void assertClose(Tensor actual, Tensor expected, String name) {
    float[] a = actual.toFloats();
    float[] b = expected.toFloats();
    double size = norm(expected) / Math.sqrt(b.length);
    for (int i = 0; i < b.length; i++) {
      assertThat((double) a[i]).as(name).isCloseTo(b[i], within(1e-3 * size + 1e-7));
    }
  }
}
