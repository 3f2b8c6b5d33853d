package dev.jacquard.models.sampling;

import dev.jacquard.tensor.random.RandomStream;

/// Chooses a token.
public interface Sampler {
  /// Chooses one token of one sequence.
  ///
  /// @param logits `[V]`, at least one of them finite
  /// @param random numbers of this sequence
  /// @param position position of the token, which addresses the random number
  /// @return a token in `[0, V)` whose logit is not `-∞`
  int sample(float[] logits, RandomStream random, long position);

  /// How likely each token is to be chosen.
  ///
  /// @param logits `[V]`, at least one of them finite
  /// @return `[V]`, summing to 1
  double[] probabilities(float[] logits);

  /// Draws by inverting the cumulative distribution.
  ///
  /// @param probabilities `[V]`, summing to 1
  /// @param u uniform on `[0, 1)`
  /// @return a token whose probability is not 0
  static int draw(double[] probabilities, double u) {
    double mass = 0;
    int last = -1;
    for (int v = 0; v < probabilities.length; v++) {
      mass += probabilities[v];
      if (probabilities[v] > 0) {
        last = v;
        if (u < mass) {
          return v;
        }
      }
    }
    return last; // rounding left u above the total mass
  }
}
