package dev.jacquard.models.train;

import dev.jacquard.tensor.random.RandomStream;

/// Where token sequences come from.
@FunctionalInterface
public interface DocumentSource {
  /// Draws one document: a picture's tokens with start and end token.
  ///
  /// @param random numbers of this draw, which choose the picture and its augmentation
  /// @return `[n]`, tokens, `n >= 2`
  int[] draw(RandomStream random);
}
