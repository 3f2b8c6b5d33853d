package dev.jacquard.models;

import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// One paper's system: how its models are loaded and trained.
public interface ModelFamily {
  /// Name of the system, as in `config.json` and on the command line.
  ///
  /// @return for example `"jpeg-lm"`
  String system();

  /// Whether a model folder is one of this family.
  ///
  /// @param config its `config.json`
  /// @return true if the field `system` says so, or the family knows the published form
  /// @throws IOException if a field has a wrong type
  default boolean recognizes(ConfigFile config) throws IOException {
    return config.has("system") && config.text("system").equals(system());
  }

  /// Whether a published file is one of this family.
  ///
  /// @param file an open checkpoint
  /// @return false unless the family knows files
  default boolean recognizes(Checkpoint file) {
    return false;
  }

  /// Loads a model folder.
  ///
  /// @param folder with `config.json`, `model.safetensors` and what else the family needs; or a
  ///   published file that the family recognizes
  /// @param backend who computes
  /// @return the model, closed by the caller
  /// @throws IOException if a file is missing or malformed; names it
  PictureModel load(Path folder, Backend backend) throws IOException;

  /// How this family is usually trained, where it differs from others.
  ///
  /// @return values of settings of the trainer, such as `optimizer`, which the user's go before
  default Map<String, String> trainingDefaults() {
    return Map.of();
  }

  /// Prepares training; memory belongs to the scope that is open.
  ///
  /// @param pictures all pictures; the family splits them
  /// @param settings sizes of model and data by name; the family takes its own out
  /// @param seed number that fixes initial weights, batches and augmentation
  /// @param backend who computes
  /// @return what a trainer trains
  /// @throws IOException if a picture cannot be read
  TrainingTask newTask(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException;
}
