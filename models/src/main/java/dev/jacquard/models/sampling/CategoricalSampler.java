package dev.jacquard.models.sampling;

import dev.jacquard.tensor.random.RandomStream;

/// Draws a token with the probabilities `softmax(logits)`, by inverting the cumulative
/// distribution.
public final class CategoricalSampler implements Sampler {
  /// Creates the sampler.
  public CategoricalSampler() {}

  @Override
  public int sample(float[] logits, RandomStream random, long position) {
    double[] probabilities = probabilities(logits);
    double threshold = random.uniformDouble(position);
    double mass = 0;
    int last = -1;
    for (int v = 0; v < probabilities.length; v++) {
      mass += probabilities[v];
      if (probabilities[v] > 0) {
        last = v;
        if (threshold < mass) {
          return v;
        }
      }
    }
    return last; // rounding left the threshold above the total mass
  }

  /// `softmax(logits)` in f64.
  static double[] probabilities(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    if (max == Float.NEGATIVE_INFINITY || Float.isNaN(max)) {
      throw new IllegalArgumentException(
          "sampler: no token is allowed; largest of %d logits is %s".formatted(logits.length, max));
    }
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int v = 0; v < logits.length; v++) {
      probabilities[v] = Math.exp((double) logits[v] - max);
      sum += probabilities[v];
    }
    for (int v = 0; v < logits.length; v++) {
      probabilities[v] /= sum;
    }
    return probabilities;
  }
}
