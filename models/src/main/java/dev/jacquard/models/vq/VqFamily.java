package dev.jacquard.models.vq;

import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Tokenizers of the VQGAN form.
public final class VqFamily implements ModelFamily {
  /// Name of the system.
  public static final String SYSTEM = "vq";

  /// Creates the family.
  public VqFamily() {}

  @Override
  public String system() {
    return SYSTEM;
  }

  @Override
  public VqTokenizer load(Path folder, Backend backend) throws IOException {
    return VqTokenizer.load(folder, backend);
  }

  @Override
  public boolean recognizes(Checkpoint file) {
    return VqWeights.isIn(file);
  }

  @Override
  public Map<String, String> trainingDefaults() {
    return Map.of("optimizer", "adamw", "learningRate", "1e-3", "weightDecay", "0");
  }

  @Override
  public VqTask newTask(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    return VqTask.create(pictures, settings, seed, backend);
  }
}
