/// The encoder of T5 and FLAN-T5: features of texts, which text-to-image models draw from.
///
/// Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a Unified Text-to-Text
/// Transformer" (arXiv:1910.10683); gated feed-forward networks as in Shazeer 2020
/// (arXiv:2002.05202). Weights have the names of Hugging Face's `T5EncoderModel` and
/// `T5ForConditionalGeneration`; the decoder of the latter is left unread.
///
/// | parameter | shape |
/// |---|---|
/// | `shared.weight` | `[V, C]` |
/// | `encoder.block.N.layer.0.layer_norm.weight` | `[C]` |
/// | `encoder.block.N.layer.0.SelfAttention.q.weight`, `.k`, `.v`, `.o` | `[H·D, C]` three times, `[C, H·D]` |
/// | `encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight` | `[buckets, H]` |
/// | `encoder.block.N.layer.1.layer_norm.weight` | `[C]` |
/// | `encoder.block.N.layer.1.DenseReluDense.wi_0.weight`, `.wi_1`, `.wo` (gated) | `[F, C]` twice, `[C, F]` |
/// | `encoder.block.N.layer.1.DenseReluDense.wi.weight`, `.wo` (plain) | `[F, C]`, `[C, F]` |
/// | `encoder.final_layer_norm.weight` | `[C]` |
///
/// Read in this order: [dev.jacquard.models.t5.T5Config],
/// [dev.jacquard.models.t5.RelativePositions], [dev.jacquard.models.t5.T5Block],
/// [dev.jacquard.models.t5.T5Encoder], [dev.jacquard.models.t5.T5TextEncoder].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.t5;
