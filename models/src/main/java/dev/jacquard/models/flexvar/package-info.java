/// FlexVAR: next-scale prediction without residuals, for any list of sizes.
///
/// Jiao et al. 2025 (arXiv:2502.20313). The tokenizer is LlamaGen's convolutional autoencoder
/// ([dev.jacquard.models.vq.VqModel]) with 8912 codes of 32 numbers, whose latents are shrunk and
/// quantised at each size; blocks and head are VAR's ([dev.jacquard.models.var]).
///
/// Read in this order: [dev.jacquard.models.flexvar.FlexVarModel],
/// [dev.jacquard.models.flexvar.FlexVarGenerator].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.flexvar;
