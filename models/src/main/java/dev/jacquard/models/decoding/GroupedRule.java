package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.Sampler;
import java.util.Arrays;

/// Judges a guess together with tokens that could stand for it: it stands with probability `min(1,
/// Σ p / Σ q)`, both sums over a group of the guess; else the token is drawn from `(p - q)⁺`,
/// scaled to sum 1.
///
/// **Loses something**: within a group tokens come as the draft has them, not as the model does.
/// With groups of one token it is [AcceptanceRule#LOSSLESS].
///
/// So et al. 2025 (arXiv:2508.07747), as its code has it: of all tokens in the order of `p` the
/// group takes `below` before the guess and `above` after it, as far as their `p` and their vectors
/// are near. A guess among the `below` least likely stands alone.
///
/// @param group who belongs to a group
/// @param distance of two tokens
public record GroupedRule(Group group, Distance distance) implements AcceptanceRule {
  /// Distance of two tokens.
  @FunctionalInterface
  public interface Distance {
    /// Measures it.
    ///
    /// @param a a token
    /// @param b a token
    /// @return `>= 0`
    double between(int a, int b);
  }

  /// Who belongs to a group.
  ///
  /// @param below number of tokens just less likely than the guess
  /// @param above number of tokens just likelier
  /// @param likeness bound of the difference of probabilities
  /// @param nearness bound of the distance
  public record Group(int below, int above, double likeness, double nearness) {
    /// What the authors' code has.
    public static final Group RELEASED = new Group(7, 6, 0.15, 0.5);

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if one is negative
    public Group {
      if (below < 0 || above < 0 || !(likeness >= 0) || !(nearness >= 0)) {
        throw new IllegalArgumentException(
            "group: out of range; %d below, %d above, likeness %s, nearness %s; need >= 0"
                .formatted(below, above, likeness, nearness));
      }
    }
  }

  @Override
  public int decide(double[] p, Draft draft, int i, Numbers numbers) {
    int guess = draft.token(i);
    int[] members = members(p, guess);
    boolean stands = numbers.decision() * guessed(members, draft, i) < wanted(members, p);
    return stands
        ? guess
        : Sampler.draw(AcceptanceRule.residual(p, draft, i), numbers.replacement());
  }

  /// How likely a guess is to stand.
  ///
  /// @param p `[V]`, the model's probabilities at its place
  /// @param draft the guesses
  /// @param i number of the guess
  /// @return `min(1, Σ p / Σ q)`
  public double acceptance(double[] p, Draft draft, int i) {
    int[] members = members(p, draft.token(i));
    return Math.min(1, wanted(members, p) / guessed(members, draft, i));
  }

  private static double wanted(int[] members, double[] p) {
    return Arrays.stream(members).mapToDouble(v -> p[v]).sum();
  }

  private static double guessed(int[] members, Draft draft, int i) {
    return Arrays.stream(members).mapToDouble(v -> draft.probability(i, v)).sum();
  }

  /// The group of a guess, itself first.
  ///
  /// @param p `[V]`, the model's probabilities
  /// @param guess the guess
  /// @return tokens
  public int[] members(double[] p, int guess) {
    Nearest less = new Nearest(p, group.below, guess);
    Nearest more = new Nearest(p, group.above, guess);
    for (int v = 0; v < p.length; v++) {
      if (v != guess) {
        (isLess(p, v, guess) ? less : more).offer(v);
      }
    }
    int[] members = {guess};
    if (less.count < group.below) {
      return members;
    }
    for (Nearest side : new Nearest[] {less, more}) {
      for (int k = 0; k < side.count; k++) {
        int v = side.tokens[k];
        if (Math.abs(p[v] - p[guess]) < group.likeness
            && distance.between(guess, v) < group.nearness) {
          members = Arrays.copyOf(members, members.length + 1);
          members[members.length - 1] = v;
        }
      }
    }
    return members;
  }

  /// Whether a token has a lower rank than another; of equally likely ones the first has.
  private static boolean isLess(double[] p, int a, int b) {
    return p[a] == p[b] ? a < b : p[a] < p[b];
  }

  /// The tokens of one side whose ranks are nearest to a guess's, the nearest first.
  private static final class Nearest {
    private final double[] p;
    private final int guess;
    private final int[] tokens;
    private int count;

    Nearest(double[] p, int room, int guess) {
      this.p = p;
      this.guess = guess;
      this.tokens = new int[room];
    }

    void offer(int v) {
      int at = count;
      while (at > 0 && isNearer(v, tokens[at - 1])) {
        at--;
      }
      if (at < tokens.length) {
        count = Math.min(count + 1, tokens.length);
        System.arraycopy(tokens, at, tokens, at + 1, count - 1 - at);
        tokens[at] = v;
      }
    }

    private boolean isNearer(int a, int b) {
      double difference = Math.abs(p[a] - p[guess]) - Math.abs(p[b] - p[guess]);
      if (difference != 0) {
        return difference < 0;
      }
      return isLess(p, a, guess) ? a > b : a < b;
    }
  }
}
