package dev.jacquard.models.tokenshuffle;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.Settings;
import dev.jacquard.models.llamagen.CodePredictor;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenSystem;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.List;
import java.util.Map;

/// Token-Shuffle as a variant of LlamaGen: `train token-shuffle`, with two settings more.
///
/// @param window rows and columns of a window, `s`: setting `window`
/// @param nBlocks residual networks on each side: setting `shuffleBlocks`
public record TokenShuffleSystem(int window, int nBlocks) implements LlamaGenSystem {
  private static final String WINDOW = "shuffle_window";
  private static final String BLOCKS = "shuffle_blocks";

  /// The paper's: windows of 2 x 2, two networks on each side.
  public TokenShuffleSystem() {
    this(2, 2);
  }

  @Override
  public String name() {
    return "token-shuffle";
  }

  @Override
  public CodePredictor network(LlamaGenConfig config, Parameters p) {
    return new TokenShuffleModel(config, window, nBlocks, p);
  }

  /// The plain loop draws the window that each pass brings.
  @Override
  public List<String> loops() {
    return List.of("plain");
  }

  @Override
  public LlamaGenSystem with(Settings settings) {
    return new TokenShuffleSystem(
        settings.intValue("window", window), settings.intValue("shuffleBlocks", nBlocks));
  }

  @Override
  public LlamaGenSystem read(ConfigFile file) throws CheckpointException {
    return new TokenShuffleSystem(file.intValue(WINDOW), file.intValue(BLOCKS));
  }

  @Override
  public void write(Map<String, Object> fields) {
    fields.put(WINDOW, window);
    fields.put(BLOCKS, nBlocks);
  }
}
