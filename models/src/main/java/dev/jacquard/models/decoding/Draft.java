package dev.jacquard.models.decoding;

import java.util.Arrays;
import java.util.List;

/// Guessed tokens with the probabilities by which they were guessed.
public final class Draft {
  /// No guess.
  public static final Draft NONE = of();

  private final int[] tokens;
  private final List<double[]> probabilities; // [V] each; [0] for guesses that were no draws

  /// Drawn guesses.
  ///
  /// @param tokens `[n]`, the guesses
  /// @param probabilities of all tokens at each guess, `[n][V]`; `[n][0]` for a guess that was no
  ///   draw: it had probability 1
  /// @throws IllegalArgumentException if there are not as many of both
  public Draft(int[] tokens, List<double[]> probabilities) {
    if (probabilities.size() != tokens.length) {
      throw new IllegalArgumentException(
          "draft: sizes differ; %d tokens, %d distributions"
              .formatted(tokens.length, probabilities.size()));
    }
    this.tokens = tokens.clone();
    this.probabilities = List.copyOf(probabilities);
  }

  /// Guesses that were no draws.
  ///
  /// @param tokens the guesses
  /// @return a draft in which each had probability 1
  public static Draft of(int... tokens) {
    return new Draft(tokens, Arrays.stream(tokens).mapToObj(_ -> new double[0]).toList());
  }

  /// Number of guesses.
  ///
  /// @return `n`
  public int length() {
    return tokens.length;
  }

  /// One guess.
  ///
  /// @param i its number
  /// @return a token
  public int token(int i) {
    return tokens[i];
  }

  /// The guesses.
  ///
  /// @return `[n]`, a copy
  public int[] tokens() {
    return tokens.clone();
  }

  /// How likely a token was to be guessed.
  ///
  /// @param i number of the guess
  /// @param token any token
  /// @return `q_i(token)`
  public double probability(int i, int token) {
    double[] q = probabilities.get(i);
    if (q.length == 0) {
      return token == tokens[i] ? 1 : 0;
    }
    return q[token];
  }
}
