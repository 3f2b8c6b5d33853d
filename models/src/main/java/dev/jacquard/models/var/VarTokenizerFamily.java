package dev.jacquard.models.var;

import dev.jacquard.models.ModelFamily;
import dev.jacquard.models.Settings;
import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.models.vq.VqConfig;
import dev.jacquard.models.vq.VqFamily;
import dev.jacquard.models.vq.VqTask;
import dev.jacquard.models.vq.VqTokenizer;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.CheckpointException;
import dev.jacquard.tensor.io.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// VAR's multi-scale tokenizer: that of [VqFamily] with maps of codes from 1x1 to the full grid,
/// over one table of codes of any length. What [VqTask] trains of it is a folder of the system
/// `vq`.
public final class VarTokenizerFamily implements ModelFamily {
  /// Name of the system.
  public static final String SYSTEM = "var-tokenizer";

  private static final String KNOWN = "encoder.down.0.block.0.conv1.weight";

  private final VqFamily base = new VqFamily();

  /// Creates the family.
  public VarTokenizerFamily() {}

  @Override
  public String system() {
    return SYSTEM;
  }

  @Override
  public VqTokenizer load(Path folder, Backend backend) throws IOException {
    return open(folder, backend);
  }

  @Override
  public boolean recognizes(Checkpoint file) {
    return file.entries().stream().anyMatch(entry -> entry.name().equals(KNOWN));
  }

  /// Loads a folder, or a published file such as `vae_ch160v4096z32.pth`, whose pictures are
  /// 256x256.
  ///
  /// @param path a folder or a file
  /// @param backend who computes
  /// @return the tokenizer, closed by the caller
  /// @throws IOException if something is missing or malformed; names it
  public static VqTokenizer open(Path path, Backend backend) throws IOException {
    return Files.isRegularFile(path)
        ? VqTokenizer.load(path, VarTokenizerFamily::published, backend)
        : VqTokenizer.load(path, backend);
  }

  private static VqTokenizer.Content published(Checkpoint file, Backend backend)
      throws CheckpointException {
    StateDict state = file.stateDict(backend);
    VqConfig config = VarTokenizerWeights.config(state, VarConfig.SIDES_256);
    int side = VarConfig.SIDES_256.getLast() * config.stride();
    StateDict fitted = VarTokenizerWeights.fitted(state, config.decoderMultipliers().size());
    return new VqTokenizer.Content(config, fitted, side, side);
  }

  /// The quantizer of a tokenizer of several maps.
  ///
  /// @param tokenizer any
  /// @param source where it lies, for the message
  /// @return what makes latents of maps
  /// @throws CheckpointException if it has one map only
  public static MultiScaleResidualQuantizer maps(VqTokenizer tokenizer, String source)
      throws CheckpointException {
    if (tokenizer.model().quantizer() instanceof MultiScaleResidualQuantizer maps) {
      return maps;
    }
    throw new CheckpointException(
        "tokenizer has one map of codes; need one of several, as train var-tokenizer leaves",
        source);
  }

  @Override
  public Map<String, String> trainingDefaults() {
    Map<String, String> defaults = new LinkedHashMap<>(base.trainingDefaults());
    defaults.put("quantizer", "multi_scale");
    defaults.put("levels", "1-2-3-4-6-8");
    defaults.put("normalized", "false");
    defaults.put("codebookDim", "16");
    return defaults;
  }

  @Override
  public VqTask newTask(ImageSet pictures, Settings settings, long seed, Backend backend)
      throws IOException {
    return base.newTask(pictures, settings, seed, backend);
  }
}
