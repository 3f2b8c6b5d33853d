package dev.jacquard.models.sampling;

/// Logits of known probabilities.
public final class Logits {
  private Logits() {}

  /// Their logarithms.
  ///
  /// @param probabilities `[V]`
  /// @return `[V]`
  public static float[] of(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int v = 0; v < logits.length; v++) {
      logits[v] = (float) Math.log(probabilities[v]);
    }
    return logits;
  }
}
