/// JPEG-LM: a language model over the bytes of JPEG files.
///
/// Han, Ghazvininejad, Koh & Tsvetkov 2024, "JPEG-LM: LLMs as Image Generators with Canonical Codec
/// Representations" (arXiv:2408.08459). A picture is the string of bytes that a JPEG encoder with
/// fixed settings makes of it, less everything that is the same for all pictures; a partial string
/// is a prompt.
///
/// Read in this order: [dev.jacquard.models.jpeglm.StreamFormat],
/// [dev.jacquard.models.jpeglm.JpegStream], [dev.jacquard.models.jpeglm.JpegPrefix],
/// [dev.jacquard.models.jpeglm.JpegValidity].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.jpeglm;
