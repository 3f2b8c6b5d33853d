/// LlamaGen: a Llama over the codes of a picture, from a class or a caption.
///
/// Sun et al. 2024, "Autoregressive Model Beats Diffusion: Llama for Scalable Image Generation"
/// (arXiv:2406.06525). Other systems build on it: their packages may use this one.
///
/// | name | layers | heads | `C` | `D` | `F` |
/// |---|---|---|---|---|---|
/// | B | 12 | 12 | 768 | 64 | 2048 |
/// | L | 24 | 16 | 1024 | 64 | 2816 |
/// | XL | 36 | 20 | 1280 | 64 | 3584 |
/// | XXL | 48 | 24 | 1536 | 64 | 4096 |
/// | 3B | 24 | 32 | 3200 | 100 | 8704 |
///
/// | parameter | shape |
/// |---|---|
/// | `cls_embedding.embedding_table.weight` (classes) | `[classes + 1, C]` |
/// | `cls_embedding.cap_proj.fc1.weight`, `.fc2.weight` (captions) | `[C, E]`, `[C, C]` |
/// | `cls_embedding.uncond_embedding` (captions, a buffer) | `[K, E]` |
/// | `tok_embeddings.weight`, `output.weight` | `[V, C]` |
/// | `layers.N.attention.wqkv.weight`, `.wo.weight` | `[(H + 2G)·D, C]`, `[C, C]` |
/// | `layers.N.feed_forward.w1.weight`, `.w3.weight`, `.w2.weight` | `[F, C]` twice, `[C, F]` |
/// | `layers.N.attention_norm.weight`, `.ffn_norm.weight`, `norm.weight` | `[C]` |
///
/// Read in this order: [dev.jacquard.models.llamagen.LlamaGenConfig],
/// [dev.jacquard.models.llamagen.LlamaGenBlock], [dev.jacquard.models.llamagen.LlamaGenModel],
/// [dev.jacquard.models.llamagen.LlamaGenSequences].
///
/// Captions of the published text-conditional models are features of FLAN-T5 XL:
/// [dev.jacquard.models.t5.T5TextEncoder] makes them, and [dev.jacquard.models.llamagen.T5Captions]
/// hands them to the GPT. Models trained here read their captions with a
/// [dev.jacquard.models.llamagen.ByteTextEncoder] of their own.
///
/// Condition tokens have no place in the grid, and the authors' code gives them cosines of 0, not
/// of 1: their queries and keys vanish, so that every score with one of them is 0 whatever the
/// weights are. It is copied here, since published weights were trained so.
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.llamagen;
