package dev.jacquard.models.sampling;

import dev.jacquard.tensor.random.RandomStream;

/// Chooses a token.
@FunctionalInterface
public interface Sampler {
  /// Chooses one token of one sequence.
  ///
  /// @param logits `[V]`, at least one of them finite
  /// @param random numbers of this sequence
  /// @param position position of the token, which addresses the random number
  /// @return a token in `[0, V)` whose logit is not `-∞`
  int sample(float[] logits, RandomStream random, long position);
}
