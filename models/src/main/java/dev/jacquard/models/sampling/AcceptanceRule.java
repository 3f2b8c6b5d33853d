package dev.jacquard.models.sampling;

/// Decides whether a guessed token stands.
public interface AcceptanceRule {
  /// Leaves the distribution of the model as it is (Leviathan et al. 2023, arXiv:2211.17192,
  /// algorithm 1; Chen et al. 2023, arXiv:2302.01318): a guess `x` stands with probability `min(1,
  /// p(x) / q(x))`; else the token is drawn from `(p - q)⁺`, scaled to sum 1. Together:
  ///
  /// ```text
  /// q min(1, p / q) + (1 - Σ min(p, q)) (p - q)⁺ / Σ (p - q)⁺ = min(p, q) + (p - q)⁺ = p
  /// ```
  AcceptanceRule LOSSLESS =
      new AcceptanceRule() {
        @Override
        public boolean accepts(double[] p, Draft draft, int i, double u) {
          int token = draft.tokens()[i];
          return u * draft.probability(i, token) < p[token];
        }

        @Override
        public double[] afterRejection(double[] p, Draft draft, int i) {
          return residual(p, draft, i);
        }
      };

  /// Residual mass below which `p` and `q` are equal but for rounding.
  double NO_MASS = 1e-9;

  /// Whether a guess stands.
  ///
  /// @param p `[V]`, the model's probabilities at its place
  /// @param draft the guesses
  /// @param i number of the guess
  /// @param u uniform on `[0, 1)`
  /// @return false to draw another token, after which no later guess counts
  boolean accepts(double[] p, Draft draft, int i, double u);

  /// What the token is drawn from if the guess does not stand.
  ///
  /// @param p `[V]`, the model's probabilities
  /// @param draft the guesses
  /// @param i number of the guess
  /// @return `[V]` probabilities
  double[] afterRejection(double[] p, Draft draft, int i);

  /// The part of `p` that a draft falls short of.
  ///
  /// @param p `[V]`, the model's probabilities
  /// @param draft the guesses
  /// @param i number of the guess
  /// @return `(p - q_i)⁺` scaled to sum 1; `p` if nothing is left
  static double[] residual(double[] p, Draft draft, int i) {
    double[] rest = new double[p.length];
    double mass = 0;
    for (int v = 0; v < p.length; v++) {
      rest[v] = Math.max(0, p[v] - draft.probability(i, v));
      mass += rest[v];
    }
    if (mass < NO_MASS) {
      return p;
    }
    for (int v = 0; v < p.length; v++) {
      rest[v] /= mass;
    }
    return rest;
  }
}
