/// JPEG-LM: a language model over the bytes of JPEG files.
///
/// Han, Ghazvininejad, Koh & Tsvetkov 2024, "JPEG-LM: LLMs as Image Generators with Canonical Codec
/// Representations" (arXiv:2408.08459). A picture is a string, a partial file is a prompt, and
/// drawing is finishing the file.
///
/// | | paper | `jpeg-lm-mnist` | `jpeg-lm-noto` |
/// |---|---|---|---|
/// | picture | 256x256 colour, 4:2:0, quality 25 | 28x28 grey, quality 25 | 32x32 colour, 4:2:0, quality 50 |
/// | Huffman tables | typical | byte-aligned | byte-aligned |
/// | string | header and MCUs | MCUs | MCUs |
/// | dim, layers, heads, ffn | 4096, 32, 32, 11008 | 128, 6, 4, 352 | 128, 6, 4, 352 |
/// | vocabulary | 320 | 512 | 512 |
///
/// The tables are the one great difference. The paper's models are large enough to find out at
/// which bit of a byte a symbol starts; ours, 5,000 times smaller, spent most of what they learned
/// on it. With [dev.jacquard.jpeg.HuffmanTables#BYTE_ALIGNED] each symbol starts a byte, and they
/// learn about ten times faster (`EXPERIMENTS.md`). The files are baseline JPEG as before.
///
/// Keys of a checkpoint are those of Hugging Face's `LlamaForCausalLM`:
///
/// | key | shape |
/// |---|---|
/// | `model.embed_tokens.weight`, `lm_head.weight` | `[V, C]` |
/// | `model.layers.{i}.input_layernorm.weight`, `...post_attention_layernorm.weight`, `model.norm.weight` | `[C]` |
/// | `model.layers.{i}.self_attn.{q,k,v,o}_proj.weight` | `[C, C]` |
/// | `model.layers.{i}.mlp.{gate,up}_proj.weight`, `...down_proj.weight` | `[F, C]`, `[C, F]` |
///
/// Read in this order: [dev.jacquard.models.jpeglm.StreamFormat],
/// [dev.jacquard.models.jpeglm.JpegStream] (pictures to strings and back),
/// [dev.jacquard.models.jpeglm.JpegTokenizer], [dev.jacquard.models.jpeglm.JpegLmTask] (training),
/// [dev.jacquard.models.jpeglm.JpegLm] (drawing), [dev.jacquard.models.jpeglm.JpegPrefix] and
/// [dev.jacquard.models.jpeglm.JpegValidity]. Inside: `StreamGrammar` (which tokens can follow
/// which), `JpegLmLoss` and `ParserHead` (how a small model is taught it),
/// [dev.jacquard.models.jpeglm.GrammarFilter] (drawing by it).
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.jpeglm;
