package dev.jacquard.models.sampling;

/// Classifier-free guidance: `u + s · (c - u)`, away from what the model would draw from nothing.
///
/// Ho & Salimans 2022 (arXiv:2207.12598), eq. 6, with `s = 1 + w`; on logits as in Sun et al. 2024
/// (arXiv:2406.06525), section 2.3. Applied before temperature and filters.
///
/// @param scale `s`; 1 is the condition alone, 0 no condition
/// @param interval number of the last token after the first that is guided: with `m`, tokens 0 to
///   `m + 1`; -1 for all
public record Guidance(double scale, int interval) {
  /// The condition alone.
  public static final Guidance NONE = new Guidance(1);

  /// Guidance of every token.
  ///
  /// @param scale `s`
  public Guidance(double scale) {
    this(scale, -1);
  }

  /// Checks the values.
  ///
  /// @throws IllegalArgumentException if the scale is no number or the interval below -1
  public Guidance {
    if (!Double.isFinite(scale) || interval < -1) {
      throw new IllegalArgumentException(
          "guidance: out of range; scale %s, interval %d; need a number and >= -1"
              .formatted(scale, interval));
    }
  }

  /// Whether the model must also be asked without condition.
  ///
  /// @return false if the scale is 1
  public boolean isNeeded() {
    return scale != 1;
  }

  /// Whether a token is guided.
  ///
  /// @param token number of the token, from 0
  /// @return false after the interval
  public boolean appliesTo(int token) {
    return isNeeded() && (interval < 0 || token <= interval + 1);
  }

  /// Guides logits.
  ///
  /// @param conditional `[V]`, with the condition; overwritten with the result
  /// @param unconditional `[V]`, without it
  public void apply(float[] conditional, float[] unconditional) {
    float s = (float) scale;
    for (int v = 0; v < conditional.length; v++) {
      conditional[v] = unconditional[v] + s * (conditional[v] - unconditional[v]);
    }
  }
}
