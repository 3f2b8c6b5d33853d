package dev.jacquard.models.sampling;

import java.util.Arrays;

/// Keeps the `k` likeliest tokens; tokens as likely as the last of them stay too.
///
/// Fan et al. 2018 (arXiv:1805.04833), section 5.4.
///
/// @param k number of tokens to keep, `>= 1`
public record TopKFilter(int k) implements LogitsProcessor {
  /// Checks the number.
  ///
  /// @throws IllegalArgumentException if it is not positive
  public TopKFilter {
    if (k < 1) {
      throw new IllegalArgumentException("topK: not positive; " + k + "; need >= 1");
    }
  }

  @Override
  public void process(int sequence, int[] tokens, int length, float[] logits) {
    if (k < logits.length) {
      float[] sorted = logits.clone();
      Arrays.sort(sorted);
      float smallest = sorted[sorted.length - k];
      for (int v = 0; v < logits.length; v++) {
        if (logits[v] < smallest) {
          logits[v] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }
}
