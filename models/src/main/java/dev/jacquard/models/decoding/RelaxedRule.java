package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.Sampler;
import java.util.Arrays;

/// Lets a guess have the probability of its neighbours too: it stands with probability
///
/// ```text
/// min(1, (p(x) + Σ p(y)) / q(x))
/// ```
///
/// with the sum over the tokens `y` nearest to `x`, as long as it is at most `bound`.
///
/// **Loses something**: the distribution that a guess is judged by differs from `p` by `bound` at
/// most, in total variation. What is drawn differs from `p` by no more than the guesses themselves
/// do, whatever the bound: `TV(drawn, p) <= TV(q, p)`, since of `min(p, q)` nothing is lost. With
/// bound 0 it is [AcceptanceRule#LOSSLESS].
///
/// LANTERN (Jang et al. 2024, arXiv:2410.03355), section 4. After a guess that falls `q` counts as
/// 0 for the neighbours that were considered.
///
/// @param codes which tokens are near
/// @param neighbours largest number of neighbours of a guess, up to [CodeVectors#MOST_NEIGHBOURS]
/// @param bound largest probability that a guess is lent, in `[0, 1]`; the paper has 0.1 and more
public record RelaxedRule(CodeVectors codes, int neighbours, double bound)
    implements AcceptanceRule {
  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException if one is out of range
  public RelaxedRule {
    if (neighbours < 0 || neighbours > CodeVectors.MOST_NEIGHBOURS || !(bound >= 0 && bound <= 1)) {
      throw new IllegalArgumentException(
          "relaxed rule: out of range; %d neighbours, bound %s; need 0 to %d, 0 to 1"
              .formatted(neighbours, bound, CodeVectors.MOST_NEIGHBOURS));
    }
  }

  @Override
  public int decide(double[] p, Draft draft, int i, Numbers numbers) {
    int guess = draft.token(i);
    int[] lenders = lenders(p, guess);
    boolean stands =
        numbers.decision() * draft.probability(i, guess) < relaxed(p, guess, lenders)[guess];
    return stands ? guess : Sampler.draw(rest(p, draft, i, lenders), numbers.replacement());
  }

  /// The neighbours that lend their probability to a guess.
  ///
  /// @param p `[V]`, the model's probabilities
  /// @param guess the guess
  /// @return its nearest tokens, as many as have `bound` at most together
  public int[] lenders(double[] p, int guess) {
    int[] nearest = codes.nearest(guess);
    double mass = 0;
    int count = 0;
    while (count < Math.min(neighbours, nearest.length) && mass + p[nearest[count]] <= bound) {
      mass += p[nearest[count++]];
    }
    return Arrays.copyOf(nearest, count);
  }

  /// The distribution that a guess is judged by.
  ///
  /// @param p `[V]`, the model's probabilities
  /// @param guess the guess
  /// @param lenders whose probability it gets
  /// @return `[V]`, summing to 1
  public static double[] relaxed(double[] p, int guess, int... lenders) {
    double[] relaxed = p.clone();
    for (int v : lenders) {
      relaxed[guess] += p[v];
      relaxed[v] = 0;
    }
    return relaxed;
  }

  /// What a token is drawn from in place of a guess.
  private static double[] rest(double[] p, Draft draft, int i, int[] lenders) {
    double[] q = new double[p.length];
    Arrays.setAll(q, v -> draft.probability(i, v));
    for (int v : lenders) {
      q[v] = 0;
    }
    return AcceptanceRule.rest(p, q);
  }
}
