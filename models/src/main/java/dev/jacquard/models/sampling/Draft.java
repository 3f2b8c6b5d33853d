package dev.jacquard.models.sampling;

import java.util.List;

/// Guessed tokens with the probabilities by which they were guessed.
///
/// @param tokens `[n]`, the guesses
/// @param probabilities of all tokens at each guess, `[n][V]`; empty if the guesses were no draws:
///   then each had probability 1
public record Draft(int[] tokens, List<double[]> probabilities) {
  /// No guess.
  public static final Draft NONE = of();

  /// Checks the sizes.
  ///
  /// @throws IllegalArgumentException if some guesses have probabilities and others not
  public Draft {
    if (!probabilities.isEmpty() && probabilities.size() != tokens.length) {
      throw new IllegalArgumentException(
          "draft: sizes differ; %d tokens, %d distributions"
              .formatted(tokens.length, probabilities.size()));
    }
  }

  /// Guesses that were no draws.
  ///
  /// @param tokens the guesses
  /// @return a draft in which each had probability 1
  public static Draft of(int... tokens) {
    return new Draft(tokens, List.of());
  }

  /// Number of guesses.
  ///
  /// @return `n`
  public int length() {
    return tokens.length;
  }

  /// How likely a token was to be guessed.
  ///
  /// @param i number of the guess
  /// @param token any token
  /// @return `q_i(token)`
  public double probability(int i, int token) {
    if (probabilities.isEmpty()) {
      return token == tokens[i] ? 1 : 0;
    }
    return probabilities.get(i)[token];
  }
}
