package dev.jacquard.models.jpeglm;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.tensor.backend.Backend;
import java.io.IOException;
import java.nio.file.Path;

/// JPEG-LM: a Llama over the bytes of JPEG files (Han et al. 2024, arXiv:2408.08459).
public final class JpegLmFamily implements ModelFamily {
  /// Creates the family.
  public JpegLmFamily() {}

  @Override
  public String system() {
    return JpegLmConfig.SYSTEM;
  }

  @Override
  public boolean recognizes(ConfigFile config) throws IOException {
    return ModelFamily.super.recognizes(config) || JpegLmConfig.isReleased(config);
  }

  @Override
  public JpegLm load(Path folder, Backend backend) throws IOException {
    return JpegLm.load(folder, backend);
  }

  @Override
  public TrainingTask newTask(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    return JpegLmTask.create(pictures, settings, seed, backend);
  }
}
