package dev.jacquard.models.sampling;

/// Divides logits by a temperature: below 1 the likely tokens become likelier.
///
/// The largest logit is taken off first, which changes no probability and keeps the smallest
/// temperatures from overflowing.
///
/// @param value temperature, `> 0`
public record Temperature(double value) implements LogitsProcessor {
  /// Checks the value.
  ///
  /// @throws IllegalArgumentException if it is not positive
  public Temperature {
    if (!(value > 0)) {
      throw new IllegalArgumentException(
          "temperature: not positive; " + value + "; need > 0, or the greedy sampler");
    }
  }

  @Override
  public void process(int sequence, int[] tokens, int length, float[] logits) {
    if (value == 1) {
      return;
    }
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    for (int v = 0; v < logits.length; v++) {
      double below = (double) logits[v] - max; // <= 0
      logits[v] = (float) (below / value);
    }
  }
}
