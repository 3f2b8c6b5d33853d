package dev.jacquard.models.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.sampling.ChiSquare;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.Logits;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.Sampler;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Loops that guess draw what the plain loop draws: exactly at temperature 0, in distribution
/// otherwise.
class SpeculativeLoopTest {
  private static final int START = 3;
  private static final int DRAWN = 200_000;
  private static final int LENGTH = 6;

  private final MarkovChain model = MarkovChain.ofFour(LENGTH);

  /// Another chain of four tokens, which guesses what the model never says too.
  private static final MarkovChain SMALLER =
      new MarkovChain(
          new double[][] {
            {1, 0, 0, 0}, {0.1, 0.5, 0.2, 0.2}, {0.4, 0.1, 0.4, 0.1}, {0, 0.3, 0.1, 0.6},
          },
          LENGTH);

  /// Without the condition the model says something else.
  private static final GuidedChain GUIDED =
      new GuidedChain(
          new MarkovChain(
              new double[][] {
                {0.7, 0.1, 0.1, 0.1},
                {0.2, 0.3, 0.4, 0.1},
                {0.4, 0.2, 0.1, 0.3},
                {0.1, 0.15, 0.2, 0.55},
              },
              LENGTH),
          new MarkovChain(
              new double[][] {
                {0.7, 0.1, 0.1, 0.1},
                {0.1, 0.3, 0.3, 0.3},
                {0.3, 0.4, 0.2, 0.1},
                {0.2, 0.2, 0.3, 0.3},
              },
              LENGTH),
          new Guidance(1.8));

  private static final GuidedChain GUIDED_SMALLER =
      new GuidedChain(GUIDED.without(), GUIDED.with(), new Guidance(0.2));

  /// Accepts too many guesses.
  private static final AcceptanceRule TOO_MUCH =
      (p, draft, i, numbers) -> {
        int guess = draft.token(i);
        boolean stands = numbers.decision() * draft.probability(i, guess) < 1.1 * p[guess];
        double[] rest = AcceptanceRule.residual(p, draft, i);
        return stands ? guess : Sampler.draw(rest, numbers.replacement());
      };

  static Stream<Arguments> loops() {
    SamplingOptions plain = SamplingOptions.plain(1);
    SamplingOptions cold = new SamplingOptions(0.5, 0, 1, 2);
    SamplingOptions two = new SamplingOptions(1, 2, 1, 3);
    SamplingOptions share = new SamplingOptions(1, 0, 0.7, 4);
    List<Arguments> cases = new ArrayList<>();
    for (SamplingOptions options : List.of(plain, cold, two, share)) {
      cases.add(Arguments.of(SpeculativeLoop.draft(SMALLER), options));
      cases.add(Arguments.of(SpeculativeLoop.ngram(), options));
      cases.add(Arguments.of(SpeculativeLoop.speculativeJacobi(), options));
      cases.add(Arguments.of(SpeculativeLoop.jacobi(), options));
    }
    for (int length : new int[] {1, 2, 3}) {
      DraftLength fixed = DraftLength.fixed(length);
      cases.add(Arguments.of(loop(AcceptanceRule.LOSSLESS, fixed), plain));
    }
    cases.add(Arguments.of(SpeculativeLoop.draft(MarkovChain.ofFour(LENGTH)), plain));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("loops")
  void sequencesComeWithTheProbabilitiesOfTheModel(SpeculativeLoop loop, SamplingOptions options) {
    ChiSquare.check(model.sequences(START, change(options)), counts(loop, options));
  }

  /// Guided logits, judged and guessed, with all filters at once.
  static Stream<Arguments> guidedLoops() {
    SamplingOptions all = new SamplingOptions(0.8, 3, 0.95, 5);
    return Stream.of(
        Arguments.of(SpeculativeLoop.draft(GUIDED_SMALLER), SamplingOptions.plain(6)),
        Arguments.of(SpeculativeLoop.draft(GUIDED_SMALLER), all),
        Arguments.of(SpeculativeLoop.draft(SMALLER), all), // guesses without guidance
        Arguments.of(SpeculativeLoop.ngram(), all),
        Arguments.of(SpeculativeLoop.speculativeJacobi(), all),
        Arguments.of(SpeculativeLoop.jacobi(), all));
  }

  @ParameterizedTest
  @MethodSource("guidedLoops")
  void guidedSequencesComeWithTheGuidedProbabilities(
      SpeculativeLoop loop, SamplingOptions options) {
    ChiSquare.check(
        GUIDED.alone().sequences(START, change(options)), counts(loop, GUIDED, options));
  }

  @Test
  void aWrongRuleShowsWithGuidanceToo() {
    SamplingOptions all = new SamplingOptions(0.8, 3, 0.95, 5);
    SpeculativeLoop.Options wrong =
        new SpeculativeLoop.Options(TOO_MUCH, DraftLength.fixed(3), true);
    SpeculativeLoop loop = new SpeculativeLoop("draft", new ModelDrafter(GUIDED_SMALLER), wrong);
    Map<String, Integer> counts = counts(loop, GUIDED, all);
    assertThatThrownBy(() -> ChiSquare.check(GUIDED.alone().sequences(START, change(all)), counts))
        .isInstanceOf(AssertionError.class);
  }

  /// What takes too many guesses is found out: the test above can fail.
  @Test
  void aRuleThatAcceptsTooMuchShows() {
    SamplingOptions options = SamplingOptions.plain(1);
    Map<String, Integer> counts = counts(loop(TOO_MUCH, DraftLength.fixed(3)), options);
    assertThatThrownBy(() -> ChiSquare.check(model.sequences(START, row -> row), counts))
        .isInstanceOf(AssertionError.class);
  }

  /// A rule that forgets to take the draft's share away shows too.
  @Test
  void aRuleWithoutResidualShows() {
    AcceptanceRule wrong =
        (p, draft, i, numbers) -> {
          int guess = draft.token(i);
          boolean stands = numbers.decision() * draft.probability(i, guess) < p[guess];
          return stands ? guess : Sampler.draw(p, numbers.replacement());
        };
    SamplingOptions options = SamplingOptions.plain(1);
    Map<String, Integer> counts = counts(loop(wrong, DraftLength.fixed(3)), options);
    assertThatThrownBy(() -> ChiSquare.check(model.sequences(START, row -> row), counts))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void greedyTokensAreThoseOfThePlainLoop() {
    RandomStream random = RandomStream.of(9);
    SamplingOptions greedy = new SamplingOptions(0, 0, 1, 0);
    for (SpeculativeLoop loop :
        List.of(
            SpeculativeLoop.draft(SMALLER), SpeculativeLoop.ngram(), SpeculativeLoop.forced())) {
      for (int i = 0; i < 1000; i++) {
        MarkovChain chain = random(random.split(i), 40);
        int[] prompt = {1 + random.split(i).below(99, 3), 1, 2};
        DecodingLoop.Request request = request(greedy, 1, 1, 40, prompt);
        assertThat(MarkovChain.run(loop, chain, request))
            .isEqualTo(MarkovChain.run(new PlainLoop(), chain, request));
      }
    }
  }

  /// Jacobi iteration ends where the plain loop does, also when it draws.
  @Test
  void speculativeJacobiTheTokensOfThePlainLoop() {
    RandomStream random = RandomStream.of(10);
    for (int i = 0; i < 1000; i++) {
      MarkovChain chain = random(random.split(i), 40);
      DecodingLoop.Request request = request(SamplingOptions.plain(i), 1, 1, 40, START);
      CountingLoop loop = new CountingLoop(SpeculativeLoop.jacobi());
      assertThat(MarkovChain.run(loop, chain, request))
          .isEqualTo(MarkovChain.run(new PlainLoop(), chain, request));
      assertThat(loop.counts().passes()).isLessThanOrEqualTo(loop.counts().tokens());
    }
  }

  /// A guess drawn from the model's last thoughts is right more often than a repeated token.
  @Test
  void iterationImprovesGuesses() {
    MarkovChain chain = random(RandomStream.of(11), 60);
    CountingLoop iterated = new CountingLoop(SpeculativeLoop.speculativeJacobi());
    MarkovChain.run(iterated, chain, request(SamplingOptions.plain(3), 200, 50, 60, START));
    assertThat(iterated.counts().tokensPerPass()).isGreaterThan(1.3);
  }

  @Test
  void guessesOfTheModelItselfAllStand() {
    CountingLoop loop = new CountingLoop(SpeculativeLoop.draft(model));
    MarkovChain.run(loop, model, request(SamplingOptions.plain(3), 500, 7, LENGTH, START));
    assertThat(loop.counts().guessed()).isGreaterThan(300);
    assertThat(loop.counts().stood()).isEqualTo(loop.counts().guessed());
    assertThat(loop.counts().tokensPerPass()).isGreaterThan(1.5);
  }

  /// The share of guesses that stand is `Σ min(p, q)`.
  @Test
  void guessesStandAsOftenAsTheDistributionsOverlap() {
    double[] p = {0.25, 0.25, 0.25, 0.25};
    double[] q = {0.1, 0.2, 0.3, 0.4};
    MarkovChain even = new MarkovChain(new double[][] {p, p, p, p}, 12);
    MarkovChain uneven = new MarkovChain(new double[][] {q, q, q, q}, 12);
    SpeculativeLoop.Options one =
        new SpeculativeLoop.Options(AcceptanceRule.LOSSLESS, DraftLength.fixed(1), true);
    CountingLoop loop =
        new CountingLoop(new SpeculativeLoop("draft", new ModelDrafter(uneven), one));
    MarkovChain.run(loop, even, request(SamplingOptions.plain(3), 20_000, 100, 12, START));
    double rate = (double) loop.counts().stood() / loop.counts().guessed();
    double overlap = 0.1 + 0.2 + 0.25 + 0.25;
    double deviation = Math.sqrt(overlap * (1 - overlap) / loop.counts().guessed());
    assertThat(rate).isBetween(overlap - 4 * deviation, overlap + 4 * deviation);
  }

  @Test
  void aSequenceDoesNotDependOnItsBatch() {
    SamplingOptions options = SamplingOptions.plain(5);
    for (SpeculativeLoop loop : List.of(SpeculativeLoop.draft(SMALLER), SpeculativeLoop.ngram())) {
      List<String> together = MarkovChain.run(loop, model, request(options, 24, 24, LENGTH, START));
      for (int atOnce : new int[] {1, 5}) {
        assertThat(MarkovChain.run(loop, model, request(options, 24, atOnce, LENGTH, START)))
            .isEqualTo(together);
      }
    }
  }

  /// Where a mask leaves one token, no pass is spent; sequences are those of the plain loop.
  @Test
  void tokensWithoutChoiceNeedNoPass() {
    LogitsProcessor mask =
        new LogitsProcessor() {
          @Override
          public void process(int sequence, int[] tokens, int length, float[] logits) {
            if (length % 2 == 0) { // after two tokens 2 must follow, after four too
              for (int v = 0; v < logits.length; v++) {
                logits[v] = v == 2 ? logits[v] : Float.NEGATIVE_INFINITY;
              }
            }
          }

          @Override
          public boolean isMask() {
            return true;
          }
        };
    double[] row = {0, 0.3, 0.3, 0.4};
    MarkovChain chain = new MarkovChain(new double[][] {row, row, row, row}, 9);
    RandomStream random = RandomStream.of(4);
    DecodingLoop.Request request =
        new DecodingLoop.Request(
            List.of(new int[] {START}),
            MarkovChain.END,
            9,
            List.of(mask),
            new CategoricalSampler(),
            List.of(random));
    CountingLoop forced = new CountingLoop(SpeculativeLoop.forced());
    assertThat(MarkovChain.run(forced, chain, request))
        .isEqualTo(MarkovChain.run(new PlainLoop(), chain, request));
    assertThat(forced.counts()).isEqualTo(new CountingLoop.Counts(4, 8, 0, 0, 4));
  }

  @Test
  void aGuesserWithOtherTokensIsRefused() {
    MarkovChain two = new MarkovChain(new double[][] {{1, 0}, {0.5, 0.5}}, LENGTH);
    DecodingLoop.Request request = request(SamplingOptions.plain(0), 1, 1, 5, START);
    assertThatThrownBy(() -> MarkovChain.run(SpeculativeLoop.draft(two), model, request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("draft: tokens of another kind; it has 2; the model 4; need as many");
  }

  @Test
  void ngramsRepeatWhatFollowed() {
    Drafter.Session session =
        new NgramDrafter(3, 1).open(model, request(SamplingOptions.plain(0), 1, 1, 9, 3), 1, 9);
    assertThat(guess(session, 4, 3, 1, 2, 1, 1, 3, 1)).containsExactly(2, 1, 1, 3);
    assertThat(guess(session, 5, 2, 1, 2, 1)).containsExactly(2, 1, 2, 1, 2); // goes on by itself
    assertThat(guess(session, 5, 2, 0, 1, 2)).isEmpty(); // what followed was the end
    assertThat(guess(session, 5, 1, 2, 3)).isEmpty();
    assertThat(guess(session, 0, 1, 1, 1)).isEmpty();
  }

  private static int[] guess(Drafter.Session session, int most, int... tokens) {
    Drafter.Text text =
        new Drafter.Text(0, tokens, tokens.length, RandomStream.of(0), RandomStream.of(1));
    return session.draft(List.of(text), new int[] {most}).getFirst().tokens();
  }

  private static SpeculativeLoop loop(AcceptanceRule rule, DraftLength length) {
    return new SpeculativeLoop(
        "draft", new ModelDrafter(SMALLER), new SpeculativeLoop.Options(rule, length, true));
  }

  private Map<String, Integer> counts(SpeculativeLoop loop, SamplingOptions options) {
    return counts(loop, model, options);
  }

  private static Map<String, Integer> counts(
      SpeculativeLoop loop, SequenceEngine model, SamplingOptions options) {
    Map<String, Integer> counts = new TreeMap<>();
    MarkovChain.run(loop, model, request(options, DRAWN, 1000, LENGTH, START))
        .forEach(sequence -> counts.merge(sequence, 1, Integer::sum));
    return counts;
  }

  private static DecodingLoop.Request request(
      SamplingOptions options, int count, int atOnce, int maxTokens, int... prompt) {
    return MarkovChain.request(options, 0, count, atOnce, maxTokens, prompt);
  }

  /// What processors make of a row of probabilities.
  private static UnaryOperator<double[]> change(SamplingOptions options) {
    return row -> {
      float[] logits = Logits.of(row);
      options.processors().forEach(p -> p.process(0, new int[0], 0, logits));
      return new CategoricalSampler().probabilities(logits);
    };
  }

  private static MarkovChain random(RandomStream random, int length) {
    double[][] next = new double[4][4];
    for (int i = 0; i < 16; i++) {
      next[i / 4][i % 4] = i % 4 == 0 ? 0.05 : 0.2 + random.uniform(i);
    }
    return new MarkovChain(next, length);
  }
}
