package dev.jacquard.models.sampling;

/// Divides logits by a temperature: below 1 the likely tokens become likelier.
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
    if (value != 1) {
      for (int v = 0; v < logits.length; v++) {
        logits[v] = (float) (logits[v] / value);
      }
    }
  }
}
