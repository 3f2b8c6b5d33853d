package dev.jacquard.models.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.decoding.GroupedRule.Group;
import dev.jacquard.models.sampling.ChiSquare;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Rules that lose something lose what they say, and nothing where they are set to lose nothing.
class LossyRulesTest {
  private static final int V = 6;
  private static final int STEPS = 100; // of each random number; laws are exact to 1 / STEPS
  private static final float[][] LINE = {{0}, {1}, {2}, {3}, {4}, {5}};

  private final CodeVectors codes = new CodeVectors(LINE);

  private static double[] law(RandomStream random) {
    double[] p = new double[V];
    Arrays.setAll(p, v -> -Math.log(1 - random.uniformDouble(v)));
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(x -> x / sum).toArray();
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int v = 0; v < V; v++) {
      sum += Math.abs(a[v] - b[v]) / 2;
    }
    return sum;
  }

  private record Fixed(double decision, double replacement) implements AcceptanceRule.Numbers {
    @Override
    public double choice() {
      throw new AssertionError("not asked for");
    }
  }

  private static Draft draft(double[] q, int guess) {
    return new Draft(new int[] {guess}, List.of(q));
  }

  /// The distribution of what a rule draws, over all guesses and random numbers.
  private static double[] drawn(AcceptanceRule rule, double[] p, double[] q) {
    double[] drawn = new double[V];
    for (int guess = 0; guess < V; guess++) {
      for (int u = 0; u < STEPS; u++) {
        for (int r = 0; r < STEPS; r++) {
          Fixed numbers = new Fixed((u + 0.5) / STEPS, (r + 0.5) / STEPS);
          drawn[rule.decide(p, draft(q, guess), 0, numbers)] += q[guess] / STEPS / STEPS;
        }
      }
    }
    return drawn;
  }

  @Test
  void groupsOfOneAndNoLoanLoseNothing() {
    GroupedRule alone = new GroupedRule(new Group(0, 0, 1, 1), (_, _) -> 0);
    RelaxedRule nothing = new RelaxedRule(codes, V, 0);
    for (int i = 0; i < 2000; i++) {
      RandomStream random = RandomStream.of(i);
      double[] p = law(random.split("p"));
      Draft draft = draft(law(random.split("q")), random.below(99, V));
      Fixed numbers = new Fixed(random.uniformDouble(100), random.uniformDouble(101));
      int expected = AcceptanceRule.LOSSLESS.decide(p, draft, 0, numbers);
      assertThat(alone.decide(p, draft, 0, numbers)).isEqualTo(expected);
      assertThat(nothing.decide(p, draft, 0, numbers)).isEqualTo(expected);
    }
  }

  /// The distribution that judges is near; so is what is drawn, by as much as the guesses are.
  @Test
  void aLoanKeepsToItsBound() {
    for (int i = 0; i < 10_000; i++) {
      RandomStream random = RandomStream.of(i);
      double[] p = law(random.split("p"));
      double bound = random.uniformDouble(0);
      RelaxedRule rule = new RelaxedRule(codes, V, bound);
      int guess = random.below(1, V);
      double[] judge = RelaxedRule.relaxed(p, guess, rule.lenders(p, guess));
      assertThat(Arrays.stream(judge).sum()).isCloseTo(1, within(1e-12));
      assertThat(distance(judge, p)).isLessThanOrEqualTo(bound + 1e-12);
    }
    for (int i = 0; i < 20; i++) {
      RandomStream random = RandomStream.of(i);
      double[] p = law(random.split("p"));
      double[] q = law(random.split("q"));
      double last = -1;
      for (double bound : new double[] {0, 0.1, 0.3, 1}) {
        double[] drawn = drawn(new RelaxedRule(codes, V, bound), p, q);
        assertThat(distance(drawn, p)).isLessThan(distance(q, p) + 3.0 / STEPS);
        double sameAsGuessed = 1 - distance(drawn, q);
        assertThat(sameAsGuessed).isGreaterThan(last - 3.0 / STEPS);
        last = sameAsGuessed;
      }
      double[] lossless = drawn(new RelaxedRule(codes, V, 0), p, q);
      assertThat(distance(lossless, p)).isLessThan(3.0 / STEPS);
    }
  }

  @Test
  void theNearestLendFirst() {
    double[] p = {0.1, 0.05, 0.4, 0.05, 0.2, 0.2};
    assertThat(new RelaxedRule(codes, V, 0.47).lenders(p, 0)).containsExactly(1, 2);
    assertThat(new RelaxedRule(codes, 1, 0.5).lenders(p, 0)).containsExactly(1);
    assertThat(new RelaxedRule(codes, V, 0.1).lenders(p, 2)).containsExactly(1, 3);
  }

  @Test
  void aGroupHasNeighboursInRankThatAreLikeAndNear() {
    double[] p = {0.05, 0.1, 0.12, 0.2, 0.23, 0.3};
    Group two = new Group(2, 1, 0.15, 0.5);
    // squared distances 1, 4, 9 ... in units of their mean, 7
    GroupedRule rule = new GroupedRule(two, codes::distance);
    assertThat(rule.members(p, 3)).containsExactlyInAnyOrder(3, 2, 4); // 1 is 4/7 away
    assertThat(rule.members(p, 1)).containsExactly(1); // only one token is less likely
    assertThat(rule.members(new double[] {0.02, 0.03, 0.05, 0.2, 0.3, 0.4}, 3))
        .containsExactlyInAnyOrder(3, 4); // 2 is 0.15 less likely
    double[] q = {0, 0.1, 0.1, 0.5, 0.3, 0};
    assertThat(rule.acceptance(p, draft(q, 3), 0)).isCloseTo(0.55 / 0.9, within(1e-12));
  }

  @Test
  void distancesAreInUnitsOfTheirMean() {
    CodeVectors three = new CodeVectors(new float[][] {{0}, {1}, {3}});
    assertThat(three.distance(0, 1)).isCloseTo(1 / (14.0 / 3), within(1e-12));
    assertThat(three.nearest(1)).containsExactly(0, 2);
    assertThatThrownBy(() -> new CodeVectors(new float[][] {{1}, {1}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no distances");
  }

  /// What the loops that lose something lose can be seen: they are not sold as exact.
  @Test
  void lossyLoopsFailTheTestOfExactness() {
    CodeVectors near = new CodeVectors(new float[][] {{0}, {9}, {10}, {12}});
    MarkovChain even = new MarkovChain(rows(0.25, 0.25, 0.25, 0.25), 6);
    SpeculativeLoop.Options options =
        new SpeculativeLoop.Options(
            new GroupedRule(new Group(1, 1, 0.5, 1), near::distance), DraftLength.fixed(3), true);
    SpeculativeLoop grouped = new SpeculativeLoop("gsd", new ModelDrafter(even), options);
    SpeculativeLoop relaxed = SpeculativeLoop.relaxed(near, new ModelDrafter(even));
    requireLossy(grouped, new MarkovChain(rows(0.1, 0.4, 0.1, 0.4), 6)); // 2 stands for 1
    requireLossy(relaxed, new MarkovChain(rows(0.1, 0.05, 0.05, 0.8), 6)); // 1 and 2 lend
  }

  private static void requireLossy(DecodingLoop loop, MarkovChain chain) {
    Map<String, Integer> counts = new TreeMap<>();
    DecodingLoop.Request request =
        MarkovChain.request(SamplingOptions.plain(1), 0, 50_000, 500, 6, 3);
    MarkovChain.run(loop, chain, request).forEach(s -> counts.merge(s, 1, Integer::sum));
    assertThatThrownBy(() -> ChiSquare.check(chain.sequences(3, r -> r), counts))
        .as(loop.name())
        .isInstanceOf(AssertionError.class);
  }

  private static double[][] rows(double... row) {
    return new double[][] {row, row, row, row};
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatThrownBy(() -> new RelaxedRule(codes, 5, 1.5)).hasMessageContaining("bound 1.5");
    assertThatThrownBy(() -> new Group(-1, 0, 0, 0)).hasMessageContaining("-1 below");
  }
}
