package dev.jacquard.models.sampling;

import dev.jacquard.tensor.random.RandomStream;

/// Draws a token with the probabilities `softmax(logits)`, by inverting the cumulative
/// distribution.
public final class CategoricalSampler implements Sampler {
  /// Creates the sampler.
  public CategoricalSampler() {}

  @Override
  public int sample(float[] logits, RandomStream random, long position) {
    return Sampler.draw(probabilities(logits), random.uniformDouble(position));
  }

  @Override
  public double[] probabilities(float[] logits) {
    return softmax(logits);
  }

  /// `softmax(logits)` in f64.
  static double[] softmax(float[] logits) {
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
