package dev.jacquard.models.var;

import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;

/// VAR: next-scale prediction (Tian et al. 2024, arXiv:2404.02905).
public final class VarFamily implements ModelFamily {
  /// Creates the family.
  public VarFamily() {}

  @Override
  public String system() {
    return VarFolder.SYSTEM;
  }

  @Override
  public Var load(Path folder, Backend backend) throws IOException {
    return Var.load(folder, backend);
  }

  @Override
  public boolean recognizes(Checkpoint file) {
    return VarWeights.isIn(file);
  }

  @Override
  public VarTask newTask(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    return VarTask.create(pictures, settings, seed, backend);
  }
}
