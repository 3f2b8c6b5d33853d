package dev.jacquard.models.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.models.sampling.ChiSquare;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlainLoopTest {
  private static final int START = 3;

  private final MarkovChain model = MarkovChain.ofFour(5);

  @Test
  void sequencesComeWithTheProbabilitiesOfTheModel() {
    checkDistribution(SamplingOptions.plain(1), UnaryOperator.identity());
  }

  @Test
  void temperatureChangesTheProbabilitiesAsItSays() {
    checkDistribution(
        new SamplingOptions(0.5, 0, 1, 2),
        row -> normalised(Arrays.stream(row).map(p -> p * p).toArray()));
  }

  @Test
  void topKKeepsTwo() {
    checkDistribution(new SamplingOptions(1, 2, 1, 3), row -> keepLargest(row, 2, 0));
  }

  @Test
  void topPKeepsAShare() {
    checkDistribution(new SamplingOptions(1, 0, 0.7, 4), row -> keepLargest(row, 4, 0.7));
  }

  @Test
  void greedyFollowsTheLikeliest() {
    SamplingOptions greedy = new SamplingOptions(0, 0, 1, 0);
    assertThat(run(model, greedy, 0, 2)).containsExactly("33333", "33333"); // 3 follows 3 likeliest
  }

  @Test
  void aSequenceDoesNotDependOnItsBatch() {
    SamplingOptions options = SamplingOptions.plain(5);
    List<String> together = run(model, options, 0, 24);
    for (int size : new int[] {1, 5, 24}) {
      List<String> apart = new ArrayList<>();
      for (int first = 0; first < 24; first += size) {
        apart.addAll(run(model, options, first, Math.min(size, 24 - first)));
      }
      assertThat(apart).isEqualTo(together);
    }
    assertThat(run(model, SamplingOptions.plain(6), 0, 24)).isNotEqualTo(together);
    for (int atOnce : new int[] {1, 5}) { // those that end make room
      assertThat(run(model, MarkovChain.request(options, 0, 24, atOnce, 5, START)))
          .isEqualTo(together);
    }
  }

  @Test
  void endsAtTheEndTokenOrAtTheContext() {
    assertThat(run(model, SamplingOptions.plain(7), 0, 100))
        .allMatch(s -> s.matches("3[123]{0,3}0|3[123]{4}"))
        .anyMatch(s -> s.length() == 2)
        .anyMatch(s -> s.length() == 5 && !s.endsWith("0"));
  }

  @Test
  void cancelKeepsWhatIsThere() {
    DecodingLoop.Request request =
        MarkovChain.request(SamplingOptions.plain(7), 0, 100, 100, 5, START);
    List<int[]> whole = new PlainLoop().generate(model, request, DecodingLoop.Listener.NONE);
    int[] steps = new int[1];
    List<int[]> cancelled =
        new PlainLoop()
            .generate(
                model,
                request,
                (tokens, running) -> {
                  assertThat(tokens).isEqualTo(generated(whole, steps[0] + 1));
                  assertThat(running).isEqualTo(running(whole, steps[0] + 1));
                  return ++steps[0] < 2;
                });
    assertThat(steps[0]).isEqualTo(2);
    for (int i = 0; i < 100; i++) {
      int[] sequence = whole.get(i);
      assertThat(cancelled.get(i)).isEqualTo(Arrays.copyOf(sequence, Math.min(3, sequence.length)));
    }
  }

  @Test
  void aPromptThatFillsTheContextComesBack() {
    DecodingLoop.Request request =
        MarkovChain.request(SamplingOptions.plain(0), 0, 1, 1, 5, 3, 1, 2, 1, 3);
    assertThat(new PlainLoop().generate(model, request, DecodingLoop.Listener.NONE).getFirst())
        .containsExactly(3, 1, 2, 1, 3);
  }

  @Test
  void aPromptLongerThanTheContextIsRefused() {
    DecodingLoop.Request request =
        MarkovChain.request(SamplingOptions.plain(0), 0, 1, 1, 9, 3, 1, 2, 1, 3, 1);
    assertThatThrownBy(() -> new PlainLoop().generate(model, request, DecodingLoop.Listener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("prompt too long", "6 tokens", "at most 5");
  }

  @Test
  void promptsMayDifferAndEndedSequencesMakeRoom() {
    List<int[]> prompts =
        List.of(new int[] {3}, new int[] {1, 2}, new int[] {3}, new int[] {2, 3, 1});
    Set<List<String>> results = new HashSet<>();
    for (int atOnce = 1; atOnce <= 4; atOnce++) {
      RandomStream random = RandomStream.of(8);
      DecodingLoop.Request request =
          new DecodingLoop.Request(
              prompts,
              atOnce,
              MarkovChain.END,
              5,
              List.of(),
              SamplingOptions.plain(8).sampler(),
              IntStream.range(0, 4).mapToObj(random::split).toList());
      List<String> drawn = run(model, request);
      assertThat(drawn).hasSize(4);
      for (int i = 0; i < 4; i++) {
        assertThat(drawn.get(i))
            .startsWith(MarkovChain.digits(prompts.get(i)))
            .matches("[123]+0|[123]{5}");
      }
      results.add(drawn);
    }
    assertThat(results).as("a sequence does not depend on those beside it").hasSize(1);
  }

  private void checkDistribution(SamplingOptions options, UnaryOperator<double[]> change) {
    Map<String, Integer> counts = new TreeMap<>();
    run(model, options, 0, 20_000).forEach(sequence -> counts.merge(sequence, 1, Integer::sum));
    ChiSquare.check(model.sequences(START, change), counts);
  }

  private static List<String> run(MarkovChain model, SamplingOptions options, int first, int size) {
    return run(model, MarkovChain.request(options, first, size, size, 5, START));
  }

  private static List<String> run(MarkovChain model, DecodingLoop.Request request) {
    return MarkovChain.run(new PlainLoop(), model, request);
  }

  private static long generated(List<int[]> whole, int steps) {
    return whole.stream().mapToInt(s -> Math.min(steps, s.length - 1)).sum();
  }

  private static int running(List<int[]> whole, int steps) {
    return (int)
        whole.stream()
            .filter(s -> s.length - 1 > steps || s[s.length - 1] != MarkovChain.END)
            .count();
  }

  /// The `k` largest, as many of them as reach `p` if that is above 0; rows have no equals that
  /// matter.
  private static double[] keepLargest(double[] row, int k, double p) {
    double[] kept = new double[row.length];
    double mass = 0;
    for (int n = 0; n < k && (p == 0 || mass < p); n++) {
      int largest = 0;
      for (int v = 1; v < row.length; v++) {
        largest = row[v] > row[largest] ? v : largest;
      }
      kept[largest] = row[largest];
      mass += row[largest];
      row[largest] = -1;
    }
    return normalised(kept);
  }

  private static double[] normalised(double[] row) {
    double sum = Arrays.stream(row).sum();
    return Arrays.stream(row).map(p -> p / sum).toArray();
  }
}
