package dev.jacquard.models.sampling;

import dev.jacquard.tensor.random.RandomStream;

/// Chooses the likeliest token; of equals the first.
public final class GreedySampler implements Sampler {
  /// Creates the sampler.
  public GreedySampler() {}

  @Override
  public int sample(float[] logits, RandomStream random, long position) {
    return best(logits);
  }

  /// 1 for the token that is chosen, 0 for the others.
  @Override
  public double[] probabilities(float[] logits) {
    double[] probabilities = new double[logits.length];
    probabilities[best(logits)] = 1;
    return probabilities;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int v = 1; v < logits.length; v++) {
      if (logits[v] > logits[best]) {
        best = v;
      }
    }
    return best;
  }
}
