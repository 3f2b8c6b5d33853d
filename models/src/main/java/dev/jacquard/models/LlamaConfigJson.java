package dev.jacquard.models;

import dev.jacquard.nn.attention.RopeScaling;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaVariant;
import dev.jacquard.tensor.io.CheckpointException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The sizes of a Llama under the names of Hugging Face's `config.json`.
public final class LlamaConfigJson {
  private static final String SCALING = "rope_scaling";

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
    putVariant(fields, config.variant());
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
        file.flag("tie_word_embeddings", false),
        variant(file));
  }

  private static LlamaVariant variant(ConfigFile file) throws CheckpointException {
    if (file.has("hidden_act") && !file.text("hidden_act").equals("silu")) {
      throw new CheckpointException(
          "\"hidden_act\" is \"%s\"; need \"silu\"".formatted(file.text("hidden_act")),
          file.source());
    }
    return new LlamaVariant(
        file.flag("attention_bias", false),
        file.flag("mlp_bias", false),
        false,
        file.has(SCALING) ? scaling(file.object(SCALING)) : RopeScaling.NONE);
  }

  private static RopeScaling scaling(ConfigFile scaling) throws CheckpointException {
    String type = scaling.text(scaling.has("rope_type") ? "rope_type" : "type");
    return switch (type) {
      case "default" -> RopeScaling.NONE;
      case "linear" -> new RopeScaling.Linear(scaling.doubleValue("factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              scaling.doubleValue("factor"),
              scaling.doubleValue("low_freq_factor"),
              scaling.doubleValue("high_freq_factor"),
              scaling.intValue("original_max_position_embeddings"));
      default ->
          throw new CheckpointException(
              "rotary scaling \"%s\"; need \"linear\" or \"llama3\"".formatted(type),
              scaling.source());
    };
  }

  /// What is not usual; such models are read, not trained, so half-split pairs are taken for given.
  private static void putVariant(SequencedMap<String, Object> fields, LlamaVariant variant) {
    if (variant.neighbouringPairs() || variant.ropeScaling() instanceof RopeScaling.Table) {
      throw new IllegalArgumentException(
          "config.json: cannot describe a model with neighbouring rotary pairs or a table of"
              + " factors");
    }
    if (variant.attentionBias()) {
      fields.put("attention_bias", true);
    }
    if (variant.ffnBias()) {
      fields.put("mlp_bias", true);
    }
    switch (variant.ropeScaling()) {
      case RopeScaling.Linear linear when linear.factor() != 1 ->
          fields.put(SCALING, Map.of("rope_type", "linear", "factor", linear.factor()));
      case RopeScaling.Llama3 llama3 ->
          fields.put(
              SCALING,
              Map.of(
                  "rope_type",
                  "llama3",
                  "factor",
                  llama3.factor(),
                  "low_freq_factor",
                  llama3.lowTurns(),
                  "high_freq_factor",
                  llama3.highTurns(),
                  "original_max_position_embeddings",
                  llama3.originalContext()));
      default -> {} // frequencies as they are
    }
  }
}
