package dev.jacquard.models.sampling;

import dev.jacquard.tensor.random.RandomStream;

/// Chooses the likeliest token; of equals the first.
public final class GreedySampler implements Sampler {
  /// Creates the sampler.
  public GreedySampler() {}

  @Override
  public int sample(float[] logits, RandomStream random, long position) {
    int best = 0;
    for (int v = 1; v < logits.length; v++) {
      if (logits[v] > logits[best]) {
        best = v;
      }
    }
    return best;
  }
}
