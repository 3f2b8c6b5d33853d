/// From logits to tokens: filters, samplers and decoding loops.
///
/// Read in this order: [dev.jacquard.models.sampling.SequenceModel],
/// [dev.jacquard.models.sampling.DecodingLoop], [dev.jacquard.models.sampling.PlainLoop],
/// [dev.jacquard.models.sampling.TopPFilter].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.sampling;
