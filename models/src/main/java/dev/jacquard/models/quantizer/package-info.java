/// Quantizers: they map a vector `z` to an index `k` (or a tuple of them) and a code `q`.
///
/// The nearest code has no useful derivative, so each quantizer is a choice of four things: how `k`
/// is found, which gradient reaches the encoder, how the codebook moves, and which losses keep it
/// in use.
///
/// | class | decision | gradient to `z` | codebook |
/// |---|---|---|---|
/// | [VectorQuantizer] | nearest, or largest cosine | straight through, or rotated | gradient |
/// | [MovingAverageQuantizer] | nearest | straight through | running means, dead codes restarted |
/// | [IndexBackpropagationQuantizer] | largest logit | through the softmax of all codes | gradient |
/// | [ResidualQuantizer] | stage by stage on what is left | straight through | of the stages |
/// | [MultiScaleResidualQuantizer] | the same, from coarse maps to fine | straight through | one |
/// | [ProductQuantizer] | each part of the channels by itself | of the parts | of the parts |
/// | [SharedIndexQuantizer] | two codebooks with one index | straight through | gradient |
/// | [FiniteScalarQuantizer] | each channel rounded | straight through the bound | none |
/// | [LookupFreeQuantizer] | sign of each channel | straight through | none |
/// | [BinarySphericalQuantizer] | sign on the unit sphere | straight through, scaled | none |
///
/// Read in this order: [Quantizer], [VectorQuantizer], [NearestCode], [EntropyLoss], [CodeUsage].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.quantizer;
