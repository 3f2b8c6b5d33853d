package dev.jacquard.nn.block;

import dev.jacquard.nn.attention.RopeScaling;

/// In what published Llamas differ apart from their sizes.
///
/// @param attentionBias whether the projections of attention have biases
/// @param ffnBias whether those of the feed-forward network have
/// @param neighbouringPairs whether rotary pairs are `(2i, 2i + 1)`, as in Meta's own files, GGUF
///   and llama2.c, rather than `(i, i + D/2)`, as in Hugging Face's
/// @param ropeScaling how rotary frequencies are scaled
public record LlamaVariant(
    boolean attentionBias, boolean ffnBias, boolean neighbouringPairs, RopeScaling ropeScaling) {
  /// No biases, half-split pairs, frequencies as they are.
  public static final LlamaVariant USUAL = new LlamaVariant(false, false, false, RopeScaling.NONE);
}
