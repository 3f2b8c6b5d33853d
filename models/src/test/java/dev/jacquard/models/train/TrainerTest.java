package dev.jacquard.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.Settings;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.jpeglm.JpegLmFamily;
import dev.jacquard.models.jpeglm.TinyModel;
import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final List<String> FILES =
      List.of("checkpoint.safetensors", "model.safetensors", "losses.csv", "config.json");

  @TempDir private Path folder;
  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("test");
  private Path whole = Path.of("");
  private Path broken = Path.of("");

  @BeforeEach
  void name() {
    whole = folder.resolve("whole");
    broken = folder.resolve("broken");
  }

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  @Test
  void aStoppedRunEndsAsAnUnbrokenOne() throws IOException {
    trainer(whole, 9).run(TrainingListener.NONE);
    int[] stops = {1, 4, 6, 8}; // before the first checkpoint, at one, between two
    for (int stop : stops) {
      Trainer trainer = trainer(broken, 9);
      if (Trainer.hasCheckpoint(broken)) {
        trainer.resume();
      }
      LossHistory history = trainer.run(row -> row.step() < stop);
      assertThat(history.rows()).hasSize(stop);
    }
    Trainer last = trainer(broken, 9);
    assertThat(last.resume()).isEqualTo(8);
    assertThat(last.run(TrainingListener.NONE).rows()).hasSize(9);
    for (String file : FILES) {
      assertThat(broken.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void aFinishedRunHasNothingLeftToDo() throws IOException {
    trainer(whole, 3).run(TrainingListener.NONE);
    Map<String, Integer> before = contents(whole);
    Trainer again = trainer(whole, 3);
    assertThat(again.resume()).isEqualTo(3);
    assertThat(again.run(_ -> false).rows()).hasSize(3);
    assertThat(contents(whole)).isEqualTo(before);
  }

  @Test
  void theTimeLimitLeavesACheckpoint() throws IOException {
    TrainingConfig config =
        new TrainingConfig(50, 1e-9, OptimizerKind.ADAMW, 1e-2, 0, 0, 0, 1, 0, 25, 0);
    new Trainer(task(), config, broken).run(TrainingListener.NONE);
    assertThat(new Trainer(task(), config, broken).resume()).isEqualTo(1);
  }

  @Test
  void aRunThatMeetsNanStopsBeforeItChangesAnything() throws IOException {
    TrainingTask task = task();
    TrainingConfig config = TinyModel.training(4, 2, 1e-2);
    new Trainer(task, config, whole).run(row -> row.step() < 2);
    Map<String, Integer> before = contents(whole);
    Trainer again = new Trainer(task, config, whole);
    again.resume();
    Map.Entry<String, Tensor> last = task.parameters().named().lastEntry();
    float[] poisoned = last.getValue().toFloats();
    poisoned[0] = Float.NaN;
    last.getValue().copyFrom(poisoned);
    assertThatThrownBy(() -> again.run(TrainingListener.NONE))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageContainingAll(
            "step 3", "\"" + last.getKey() + "\"", "the checkpoint of step 2 is whole");
    assertThat(contents(whole)).isEqualTo(before);
  }

  @Test
  void aRunWithOtherSettingsIsRefused() throws IOException {
    trainer(whole, 3).run(TrainingListener.NONE);
    Map<String, Integer> before = contents(whole);
    Trainer longer = trainer(whole, 4);
    assertThatThrownBy(longer::resume)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("belongs to another run", "steps=3", "steps=4");
    Trainer wider = new Trainer(task("ffnDim", "32"), TinyModel.training(3, 2, 1e-2), whole);
    assertThatThrownBy(wider::resume).hasMessageContaining("belongs to another run");
    Trainer otherBatch = new Trainer(task("batch", "5"), TinyModel.training(3, 2, 1e-2), whole);
    assertThatThrownBy(otherBatch::resume).hasMessageContaining("batch=5");
    assertThat(contents(whole)).isEqualTo(before);
  }

  @Test
  void brokenAndForeignCheckpointsAreRefusedAndChangeNothing() throws IOException {
    trainer(whole, 3).run(TrainingListener.NONE);
    Path file = whole.resolve("checkpoint.safetensors");
    byte[] good = Files.readAllBytes(file);
    TrainingTask task = task();
    List<Integer> parameters = values(task);
    for (byte[] bad :
        List.of(
            new byte[0],
            Arrays.copyOf(good, 100),
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length + 1),
            "no checkpoint at all".getBytes(StandardCharsets.UTF_8),
            Files.readAllBytes(whole.resolve("model.safetensors")))) {
      Files.write(file, bad);
      Trainer trainer = new Trainer(task, TinyModel.training(3, 2, 1e-2), whole);
      assertThatThrownBy(trainer::resume)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("checkpoint.safetensors");
      assertThat(file).hasBinaryContent(bad);
    }
    Files.write(file, good);
    Files.writeString(whole.resolve("losses.csv"), "step\n");
    Trainer trainer = new Trainer(task, TinyModel.training(3, 2, 1e-2), whole);
    assertThatThrownBy(trainer::resume).hasMessageContaining("losses.csv");
    assertThat(values(task)).as("parameters").isEqualTo(parameters);
  }

  private Trainer trainer(Path target, long steps) throws IOException {
    return new Trainer(task(), TinyModel.training(steps, 2, 1e-2), target);
  }

  private TrainingTask task(String... changes) throws IOException {
    return scope.within(
        () ->
            new JpegLmFamily()
                .newTask(
                    TestPictures.set(TestPictures.parts(16, 6, 1, 0)),
                    new Settings(TinyModel.settings(changes)),
                    0,
                    backend));
  }

  private static List<Integer> values(TrainingTask task) {
    return task.parameters().named().values().stream()
        .map(p -> Arrays.hashCode(p.toFloats()))
        .toList();
  }

  private static Map<String, Integer> contents(Path folder) throws IOException {
    Map<String, Integer> contents = new LinkedHashMap<>();
    for (String file : FILES) {
      contents.put(file, Arrays.hashCode(Files.readAllBytes(folder.resolve(file))));
    }
    return contents;
  }
}
