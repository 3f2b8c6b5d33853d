/// From logits to a token: filters, guidance and samplers.
///
/// Read in this order: [dev.jacquard.models.sampling.LogitsProcessor],
/// [dev.jacquard.models.sampling.TopPFilter], [dev.jacquard.models.sampling.Sampler].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.sampling;
