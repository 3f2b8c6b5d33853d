/// How the passes of a model are spent to draw sequences: loops, what they see of a model, and what
/// guesses for them.
///
/// Read in this order: [dev.jacquard.models.decoding.SequenceEngine],
/// [dev.jacquard.models.decoding.DecodingLoop], [dev.jacquard.models.decoding.DrawingRun] (what all
/// loops share), [dev.jacquard.models.decoding.AcceptanceRule],
/// [dev.jacquard.models.decoding.SpeculativeLoop] and the drafters; for a model with a key-value
/// cache [dev.jacquard.models.decoding.CachedSession], as in
/// [dev.jacquard.models.decoding.LlamaEngine].
@org.jspecify.annotations.NullMarked
package dev.jacquard.models.decoding;
