package dev.jacquard.models.llamagen;

import dev.jacquard.nn.Parameters;
import java.util.List;

/// A system that is LlamaGen but for the network that predicts the codes: conditions, tokenizers,
/// training, folders and drawing are the same.
public interface LlamaGenSystem {
  /// LlamaGen itself, which draws code by code.
  LlamaGenSystem RASTER = new Raster();

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

  /// Names of the decoding loops that can draw with it, the usual one first.
  ///
  /// @return as [dev.jacquard.models.decoding.DecodingLoop#name()] gives them
  List<String> loops();

  /// LlamaGen.
  record Raster() implements LlamaGenSystem {
    @Override
    public String name() {
      return "llamagen";
    }

    @Override
    public CodePredictor network(LlamaGenConfig config, Parameters p) {
      return new LlamaGenModel(config, p);
    }

    @Override
    public List<String> loops() {
      return List.of("plain", "forced", "ngram", "draft", "jacobi", "sjd", "gsd", "lantern");
    }
  }
}
