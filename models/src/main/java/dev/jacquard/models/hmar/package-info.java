/// HMAR: next-scale prediction where a map sees itself only, refined by masked steps.
///
/// Kumbong et al. 2025 (arXiv:2506.04421). Tokenizer, embeddings, blocks and head are VAR's
/// ([dev.jacquard.models.var]). The two stages of training are a [dev.jacquard.models.var.VarModel]
/// with block-diagonal attention, and the same with masked input; the published model joins them.
///
/// Read in this order: [dev.jacquard.models.hmar.HmarModel],
/// [dev.jacquard.models.hmar.HmarGenerator], [dev.jacquard.models.hmar.HmarLoss].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.hmar;
