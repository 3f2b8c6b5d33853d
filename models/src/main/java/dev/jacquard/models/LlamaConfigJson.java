package dev.jacquard.models;

import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The sizes of a Llama under the names of Hugging Face's `config.json`.
public final class LlamaConfigJson {
  private LlamaConfigJson() {}

  /// The fields to write.
  ///
  /// @param config the sizes
  /// @return value by name
  public static SequencedMap<String, Object> toFields(LlamaConfig config) {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    fields.put("vocab_size", config.vocabSize());
    fields.put("hidden_size", config.dim());
    fields.put("intermediate_size", config.ffnDim());
    fields.put("num_hidden_layers", config.nLayers());
    fields.put("num_attention_heads", config.nHeads());
    fields.put("num_key_value_heads", config.nKvHeads());
    fields.put("head_dim", config.headDim());
    fields.put("max_position_embeddings", config.maxSeqLen());
    fields.put("rms_norm_eps", config.normEps()); // as a float: 1.0E-5, not its f64 image
    fields.put("rope_theta", config.ropeTheta());
    fields.put("tie_word_embeddings", config.tiedEmbeddings());
    return fields;
  }

  /// Reads the sizes.
  ///
  /// @param file the configuration; `num_key_value_heads`, `head_dim` and `tie_word_embeddings` may
  ///   be missing
  /// @param maxSeqLen largest number of positions if the file does not say
  /// @return the sizes
  /// @throws CheckpointException if a field is missing or wrong
  public static LlamaConfig read(ConfigFile file, int maxSeqLen) throws CheckpointException {
    int dim = file.intValue("hidden_size");
    int nHeads = file.intValue("num_attention_heads");
    return new LlamaConfig(
        dim,
        file.intValue("num_hidden_layers"),
        nHeads,
        file.has("num_key_value_heads") ? file.intValue("num_key_value_heads") : nHeads,
        file.has("head_dim") ? file.intValue("head_dim") : dim / Math.max(1, nHeads),
        file.intValue("intermediate_size"),
        file.intValue("vocab_size"),
        file.has("max_position_embeddings") ? file.intValue("max_position_embeddings") : maxSeqLen,
        (float) file.doubleValue("rms_norm_eps"),
        file.has("rope_theta") ? file.doubleValue("rope_theta") : 10000,
        file.flag("tie_word_embeddings", false));
  }
}
