package dev.jacquard.models.llamagen;

import dev.jacquard.models.ImageModel;
import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.train.TrainingTask;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;

/// LlamaGen: a Llama over the codes of a tokenizer (Sun et al. 2024, arXiv:2406.06525); and systems
/// that differ in their network alone.
public final class LlamaGenFamily implements ModelFamily {
  private final LlamaGenSystem system;
  private final TokenizerLoader tokenizers;

  /// Creates the family of LlamaGen itself.
  ///
  /// @param tokenizers opens tokenizers by their folder
  public LlamaGenFamily(TokenizerLoader tokenizers) {
    this(new RasterSystem(), tokenizers);
  }

  /// Creates a family.
  ///
  /// @param system which network it has
  /// @param tokenizers opens tokenizers by their folder
  public LlamaGenFamily(LlamaGenSystem system, TokenizerLoader tokenizers) {
    this.system = system;
    this.tokenizers = tokenizers;
  }

  @Override
  public String system() {
    return system.name();
  }

  @Override
  public boolean recognizes(Checkpoint file) {
    return system.equals(new RasterSystem()) && LlamaGenWeights.isIn(file);
  }

  @Override
  public ImageModel load(Path folder, Backend backend) throws IOException {
    return LlamaGen.load(folder, system, tokenizers, backend);
  }

  @Override
  public TrainingTask newTask(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    return LlamaGenTask.create(system, pictures, settings, seed, tokenizers, backend);
  }
}
