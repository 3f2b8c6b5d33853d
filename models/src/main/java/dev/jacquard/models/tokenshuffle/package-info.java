/// Token-Shuffle: each position of the transformer reads and predicts a window of `s x s` codes.
///
/// Ma et al. 2025, "Token-Shuffle: Towards High-Resolution Image Generation with Autoregressive
/// Models" (arXiv:2504.17789). Nothing was released; parameters are those of
/// [dev.jacquard.models.llamagen] and:
///
/// | parameter | shape |
/// |---|---|
/// | `shuffle.fc_in.weight` | `[C / s², C]` |
/// | `shuffle.blocks.N.norm.weight`, `unshuffle.blocks.N.norm.weight` | `[C]` |
/// | `shuffle.blocks.N.w1.weight`, `.w3.weight`, `.w2.weight`; `unshuffle` alike | `[C, C]` |
/// | `unshuffle.fc_out.weight` | `[C, C / s²]` |
///
/// Read in this order: [dev.jacquard.models.tokenshuffle.WindowOrder],
/// [dev.jacquard.models.tokenshuffle.TokenShuffleModel],
/// [dev.jacquard.models.tokenshuffle.TokenShuffleSystem].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.tokenshuffle;
