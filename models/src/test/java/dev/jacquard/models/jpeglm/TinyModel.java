package dev.jacquard.models.jpeglm;

import dev.jacquard.models.Settings;
import dev.jacquard.models.data.Picture;
import dev.jacquard.models.data.TestPictures;
import dev.jacquard.models.train.LossHistory;
import dev.jacquard.models.train.Trainer;
import dev.jacquard.models.train.TrainingConfig;
import dev.jacquard.models.train.TrainingConfig.OptimizerKind;
import dev.jacquard.models.train.TrainingListener;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Models that train in a second or two.
public final class TinyModel {
  /// Steps of [#trainByHeart].
  public static final int STEPS = 160;

  private static final Map<String, String> SMALLEST =
      Map.of(
          "dim",
          "16",
          "nLayers",
          "1",
          "nHeads",
          "2",
          "batch",
          "4",
          "length",
          "32",
          "tokenizer",
          "bytes");

  private TinyModel() {}

  /// The settings of the smallest model, some of them changed.
  ///
  /// @param changes name and value in turn
  public static Map<String, String> settings(String... changes) {
    Map<String, String> settings = new LinkedHashMap<>(SMALLEST);
    for (int i = 0; i < changes.length; i += 2) {
      settings.put(changes[i], changes[i + 1]);
    }
    return settings;
  }

  /// How a run of so many steps is trained, with a checkpoint every so many.
  public static TrainingConfig training(long steps, long checkpointEvery, double rate) {
    return new TrainingConfig(
        steps,
        0,
        OptimizerKind.MUON,
        rate,
        rate / 20,
        steps / 10,
        0.1f,
        1,
        0.9,
        checkpointEvery,
        0);
  }

  /// Trains until the end and leaves a model folder.
  public static LossHistory train(
      List<Picture> pictures, Map<String, String> settings, TrainingConfig training, Path folder)
      throws IOException {
    try (Backend backend = Backends.cpu(1);
        TensorScope scope = TensorScope.open("tiny model")) {
      return scope.within(
          () -> {
            JpegLmTask task =
                JpegLmTask.create(
                    TestPictures.set(pictures), new Settings(settings), training.seed(), backend);
            return new Trainer(task, training, folder).run(TrainingListener.NONE);
          });
    }
  }

  /// A model that knows four pictures by heart.
  ///
  /// @param folder where the model goes
  /// @return the pictures
  public static List<Picture> trainByHeart(Path folder) throws IOException {
    List<Picture> pictures = TestPictures.parts(16, 4, 0, 0);
    Map<String, String> settings = settings("dim", "32", "batch", "6", "length", "64");
    train(pictures, settings, training(STEPS, STEPS / 2, 1e-2), folder);
    return pictures;
  }
}
