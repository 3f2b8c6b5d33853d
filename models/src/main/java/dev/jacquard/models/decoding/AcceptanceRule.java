package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.Sampler;
import java.util.Arrays;

/// Decides what stands in the place of a guessed token: the guess, or another token, after which no
/// later guess counts.
@FunctionalInterface
public interface AcceptanceRule {
  /// Leaves the distribution of the model as it is (Leviathan et al. 2023, arXiv:2211.17192,
  /// algorithm 1; Chen et al. 2023, arXiv:2302.01318): a guess `x` stands with probability `min(1,
  /// p(x) / q(x))`; else the token is drawn from `(p - q)⁺`, scaled to sum 1, which is 0 at `x`.
  /// Together:
  ///
  /// ```text
  /// q min(1, p / q) + (1 - Σ min(p, q)) (p - q)⁺ / Σ (p - q)⁺ = min(p, q) + (p - q)⁺ = p
  /// ```
  AcceptanceRule LOSSLESS =
      (p, draft, i, numbers) -> {
        int guess = draft.token(i);
        boolean stands = numbers.decision() * draft.probability(i, guess) < p[guess];
        return stands ? guess : Sampler.draw(residual(p, draft, i), numbers.replacement());
      };

  /// A guess stands if it is the token that the plain loop would draw: all tokens are those of the
  /// plain loop with the same seed.
  AcceptanceRule MATCHING = (p, draft, i, numbers) -> Sampler.draw(p, numbers.choice());

  /// Residual mass below which `p` and `q` are equal but for rounding.
  double NO_MASS = 1e-9;

  /// Decides about one guess.
  ///
  /// @param p `[V]`, the model's probabilities at its place
  /// @param draft the guesses
  /// @param i number of the guess
  /// @param numbers random numbers of its place
  /// @return the token that is drawn; the guess stands if it is that
  int decide(double[] p, Draft draft, int i, Numbers numbers);

  /// Random numbers of one place, uniform on `[0, 1)` and independent of each other and of the
  /// guesses.
  interface Numbers {
    /// For whether a guess stands.
    ///
    /// @return the same at each call
    double decision();

    /// For what is drawn in its stead.
    ///
    /// @return the same at each call
    double replacement();

    /// What the plain loop draws this token with.
    ///
    /// @return the same at each call
    double choice();
  }

  /// The part of `p` that a draft falls short of.
  ///
  /// @param p `[V]`, the model's probabilities
  /// @param draft the guesses
  /// @param i number of the guess
  /// @return `(p - q_i)⁺` scaled to sum 1; `p` if nothing is left
  static double[] residual(double[] p, Draft draft, int i) {
    double[] q = new double[p.length];
    Arrays.setAll(q, v -> draft.probability(i, v));
    return rest(p, q);
  }

  /// The part of one distribution that another falls short of.
  ///
  /// @param p `[V]`
  /// @param q `[V]`
  /// @return `(p - q)⁺` scaled to sum 1; `p` if nothing is left
  static double[] rest(double[] p, double[] q) {
    double[] rest = new double[p.length];
    Arrays.setAll(rest, v -> Math.max(0, p[v] - q[v]));
    double mass = Arrays.stream(rest).sum();
    return mass < NO_MASS ? p : Arrays.stream(rest).map(r -> r / mass).toArray();
  }
}
