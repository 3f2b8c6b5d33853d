package dev.jacquard.models.t5;

import dev.jacquard.models.ConfigFile;
import dev.jacquard.tensor.io.CheckpointException;

/// Sizes of an encoder.
///
/// @param vocabSize number of tokens, `V`
/// @param dim width, `C`
/// @param headDim size of a head, `D`; `H · D` need not be `C`
/// @param ffnDim width of the feed-forward network, `F`
/// @param nLayers number of blocks
/// @param nHeads number of heads, `H`
/// @param buckets number of distances that are told apart, a multiple of 4
/// @param maxDistance from which on distances are one
/// @param normEps added under the root
/// @param isGated whether the feed-forward network is `W (gelu(W₀ x) · W₁ x)`, as in T5 v1.1 and
///   FLAN-T5, and not `W relu(W₀ x)`
public record T5Config(
    int vocabSize,
    int dim,
    int headDim,
    int ffnDim,
    int nLayers,
    int nHeads,
    int buckets,
    int maxDistance,
    float normEps,
    boolean isGated) {
  private static final int USUAL_DISTANCE = 128; // older files do not say it

  /// Checks the sizes.
  public T5Config {
    if (Math.min(Math.min(vocabSize, dim), Math.min(headDim, ffnDim)) < 1
        || Math.min(nLayers, nHeads) < 1) {
      throw new IllegalArgumentException(
          "T5: size below 1; %d tokens, widths %d, %d and %d, %d layers, %d heads"
              .formatted(vocabSize, dim, headDim, ffnDim, nLayers, nHeads));
    }
    if (buckets < 4 || buckets % 4 != 0 || maxDistance <= buckets / 4) {
      throw new IllegalArgumentException(
          "T5: %d buckets for distances up to %d; need a multiple of 4, and distances above a quarter of it"
              .formatted(buckets, maxDistance));
    }
  }

  /// Reads `config.json` as Hugging Face writes it.
  ///
  /// @param file of a `t5` model
  /// @return the sizes
  /// @throws CheckpointException if a field is missing or none of the known ones
  public static T5Config read(ConfigFile file) throws CheckpointException {
    String feedForward =
        file.has("feed_forward_proj") ? file.text("feed_forward_proj") : "relu"; // the first T5
    if (!feedForward.equals("relu") && !feedForward.equals("gated-gelu")) {
      throw new CheckpointException(
          "\"feed_forward_proj\" is \"%s\"; need \"relu\" or \"gated-gelu\"".formatted(feedForward),
          file.source());
    }
    String distance = "relative_attention_max_distance";
    try {
      return new T5Config(
          file.intValue("vocab_size"),
          file.intValue("d_model"),
          file.intValue("d_kv"),
          file.intValue("d_ff"),
          file.intValue("num_layers"),
          file.intValue("num_heads"),
          file.intValue("relative_attention_num_buckets"),
          file.has(distance) ? file.intValue(distance) : USUAL_DISTANCE,
          (float) file.doubleValue("layer_norm_epsilon"),
          feedForward.equals("gated-gelu"));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), file.source());
    }
  }
}
