/// Published Llamas: folders of Hugging Face, GGUF files and those of llama2.c.
///
/// Touvron et al. 2023 (arXiv:2302.13971). [dev.jacquard.models.llama.PublishedLlama] opens them;
/// [dev.jacquard.models.llama.LlamaWeights] knows the names:
///
/// | parameter | Hugging Face | GGUF | llama2.c |
/// |---|---|---|---|
/// | table of tokens | `model.embed_tokens` | `token_embd` | `tok_embeddings` |
/// | norm before attention | `model.layers.N.input_layernorm` | `blk.N.attn_norm` | `layers.N.attention_norm` |
/// | queries | `model.layers.N.self_attn.q_proj` | `blk.N.attn_q` | `layers.N.attention.wq` |
/// | gate | `model.layers.N.mlp.gate_proj` | `blk.N.ffn_gate` | `layers.N.feed_forward.w1` |
/// | output layer | `lm_head` | `output` | `output` |
///
/// Files of Meta's family pair neighbouring dimensions in the rotary embedding, Hugging Face's the
/// two halves; the rows of queries and keys are in the order that this needs, and stay as they are.
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.llama;
