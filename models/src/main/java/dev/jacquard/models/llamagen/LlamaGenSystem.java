package dev.jacquard.models.llamagen;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.models.Settings;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.List;
import java.util.Map;

/// A system that is LlamaGen but for the network that predicts the codes: conditions, tokenizers,
/// training, folders and drawing are the same.
public interface LlamaGenSystem {
  /// Name of the system in `config.json`.
  ///
  /// @return for example `llamagen`
  String name();

  /// Builds the network.
  ///
  /// @param config sizes
  /// @param p where the parameters come from
  /// @return the network
  CodePredictor network(LlamaGenConfig config, Parameters p);

  /// The same system with its own settings of a training run.
  ///
  /// @param settings this takes its own out
  /// @return this, if it has none
  default LlamaGenSystem with(Settings settings) {
    return this;
  }

  /// The same system with its own fields of a model folder.
  ///
  /// @param file `config.json`
  /// @return this, if it has none
  /// @throws CheckpointException if a field is missing or has a wrong type
  default LlamaGenSystem read(ConfigFile file) throws CheckpointException {
    return this;
  }

  /// Adds its own fields to those of a model folder.
  ///
  /// @param fields value by name
  default void write(Map<String, Object> fields) {}

  /// Names of the decoding loops that can draw with it, the usual one first.
  ///
  /// @return as [dev.jacquard.models.decoding.DecodingLoop#name()] gives them
  List<String> loops();
}
