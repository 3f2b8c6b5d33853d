/// Image tokenizers of the VQGAN form: a convolutional encoder, a quantizer, a convolutional
/// decoder.
///
/// Esser et al. 2021 (arXiv:2012.09841); LlamaGen's VQ model (Sun et al. 2024, arXiv:2406.06525) is
/// [VqConfig#LLAMAGEN_16] and [VqConfig#LLAMAGEN_8].
///
/// | name | stride | channels | multipliers | codes | parameters |
/// |---|---|---|---|---|---|
/// | VQ-16 | 16 | 128 | 1, 1, 2, 2, 4 | 16,384 of 8 numbers | 71,883,403 |
/// | VQ-8 | 8 | 128 | 1, 2, 2, 4 | 16,384 of 8 numbers | 70,109,835 |
///
/// Keys of a checkpoint: `encoder.` and `decoder.` with `conv_in`, `conv_blocks.{level}.res.{i}`,
/// `.attn.{i}`, `.downsample.conv` or `.upsample.conv`, `mid.{0,1,2}`, `norm_out`, `conv_out`;
/// `quant_conv`, `quantize.embedding.weight`, `quantize.codebook_used`, `post_quant_conv`.
///
/// Training adds up reconstruction, features of another network, the quantizer's losses, and from
/// some step on a discriminator of patches.
///
/// Read in this order: [VqConfig], [VqEncoder], [VqModel], [VqTokenizer], [VqTask].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.vq;
