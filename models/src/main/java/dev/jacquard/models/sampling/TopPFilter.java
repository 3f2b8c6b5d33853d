package dev.jacquard.models.sampling;

import it.unimi.dsi.fastutil.ints.IntArrays;

/// Keeps the likeliest tokens whose probabilities reach `p` together, the one that crosses it
/// included.
///
/// Holtzman et al. 2020 (arXiv:1904.09751), section 3.1.
///
/// @param p share of the probability to keep, in `(0, 1]`
public record TopPFilter(double p) implements LogitsProcessor {
  /// Checks the share.
  ///
  /// @throws IllegalArgumentException if it is outside `(0, 1]`
  public TopPFilter {
    if (!(p > 0 && p <= 1)) {
      throw new IllegalArgumentException("topP: out of range; " + p + "; need 0 < p <= 1");
    }
  }

  @Override
  public void process(int sequence, int[] tokens, int length, float[] logits) {
    if (p == 1) {
      return;
    }
    double[] probabilities = CategoricalSampler.softmax(logits);
    int[] order = new int[logits.length];
    int possible = 0; // after a top-k filter few are left to sort
    for (int v = 0; v < order.length; v++) {
      if (probabilities[v] > 0) {
        order[possible++] = v;
      }
    }
    IntArrays.mergeSort(
        order, 0, possible, (a, b) -> Double.compare(probabilities[b], probabilities[a]));
    double mass = 0;
    for (int i = 0; i < possible; i++) {
      int v = order[i];
      if (mass >= p) {
        logits[v] = Float.NEGATIVE_INFINITY;
      }
      mass += probabilities[v];
    }
  }
}
