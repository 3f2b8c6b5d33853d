package dev.jacquard.models.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.random.RandomStream;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplersTest {
  private static final float NEVER = Float.NEGATIVE_INFINITY;
  private static final RandomStream RANDOM = RandomStream.of(0);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void categoricalDrawsWithTheProbabilitiesOfTheSoftmax(long seed) {
    Map<Integer, Double> expected = Map.of(0, 0.5, 2, 0.3, 3, 0.15, 5, 0.05);
    float[] logits = Logits.of(0.5, 0, 0.3, 0.15, 0, 0.05);
    for (int v = 0; v < logits.length; v++) {
      logits[v] += 1000; // the softmax does not mind
    }
    Map<Integer, Integer> counts = new TreeMap<>();
    RandomStream random = RandomStream.of(seed);
    for (int draw = 0; draw < 20_000; draw++) {
      counts.merge(new CategoricalSampler().sample(logits, random, draw), 1, Integer::sum);
    }
    ChiSquare.check(expected, counts);
  }

  @Test
  void categoricalChoosesTheOnlyTokenAllowed() {
    float[] logits = {NEVER, NEVER, -50, NEVER};
    for (int draw = 0; draw < 100; draw++) {
      assertThat(new CategoricalSampler().sample(logits, RANDOM, draw)).isEqualTo(2);
    }
  }

  @Test
  void categoricalNeedsAToken() {
    for (float bad : new float[] {NEVER, Float.NaN}) {
      float[] logits = {bad, bad};
      assertThatThrownBy(() -> new CategoricalSampler().sample(logits, RANDOM, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no token is allowed");
    }
  }

  @Test
  void greedyChoosesTheFirstOfTheLargest() {
    GreedySampler greedy = new GreedySampler();
    assertThat(greedy.sample(new float[] {1, 3, 2, 3}, RANDOM, 0)).isEqualTo(1);
    assertThat(greedy.sample(new float[] {NEVER, NEVER, -1e30f}, RANDOM, 0)).isEqualTo(2);
  }

  @Test
  void topKKeepsTheLikeliestAndTheirEquals() {
    assertThat(process(new TopKFilter(2), 1, 4, 3, 2)).containsExactly(NEVER, 4, 3, NEVER);
    assertThat(process(new TopKFilter(2), 3, 4, 3, 2)).containsExactly(3, 4, 3, NEVER);
    assertThat(process(new TopKFilter(1), 1, 1, 1)).containsExactly(1, 1, 1);
    assertThat(process(new TopKFilter(9), 1, 2, 3)).containsExactly(1, 2, 3);
    assertThat(process(new TopKFilter(3), 1, NEVER, NEVER, 0)).containsExactly(1, NEVER, NEVER, 0);
  }

  @Test
  void topPKeepsTheTokenThatCrosses() {
    float[] logits = Logits.of(0.1, 0.5, 0.15, 0.25); // in order 0.5, 0.75, 0.9, 1
    assertThat(kept(0.4, logits)).containsExactly(false, true, false, false);
    assertThat(kept(0.51, logits)).containsExactly(false, true, false, true);
    assertThat(kept(0.74, logits)).containsExactly(false, true, false, true);
    assertThat(kept(0.76, logits)).containsExactly(false, true, true, true);
    assertThat(kept(0.91, logits)).containsExactly(true, true, true, true);
    assertThat(kept(1, logits)).containsExactly(true, true, true, true);
    assertThat(kept(1e-9, logits)).containsExactly(false, true, false, false);
  }

  @Test
  void topPTakesEqualsInTheirOrder() {
    float[] logits = {0, 0, 0, 0}; // exactly a quarter each
    assertThat(kept(0.5, logits)).containsExactly(true, true, false, false);
    assertThat(kept(0.51, logits)).containsExactly(true, true, true, false);
  }

  @Test
  void temperatureSharpensAndFlattens() {
    float[] logits = process(new Temperature(0.5), Logits.of(0.2, 0.4, 0.4, 0));
    double[] probabilities = CategoricalSampler.softmax(logits);
    double[] squares = {0.04 / 0.36, 0.16 / 0.36, 0.16 / 0.36, 0};
    assertThat(probabilities).containsExactly(squares, Offset.offset(1e-6));
  }

  /// Divided as they are, these logits would overflow to infinity and no probability be left.
  @ParameterizedTest
  @ValueSource(doubles = {1e-300, Double.MIN_VALUE})
  void theSmallestTemperatureIsGreedy(double value) {
    float[] logits = process(new Temperature(value), 1, 5, NEVER, 4);
    assertThat(CategoricalSampler.softmax(logits)).containsExactly(0, 1, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"-1,0,1", "NaN,0,1", "1,-1,1", "1,0,0", "1,0,1.1", "1,0,NaN"})
  void optionsOutOfRangeAreNamed(double temperature, int topK, double topP) {
    assertThatThrownBy(() -> new SamplingOptions(temperature, topK, topP, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature " + temperature)
        .hasMessageContaining("top-k " + topK)
        .hasMessageContaining("top-p " + topP);
  }

  @Test
  void optionsLeaveOutWhatChangesNothing() {
    assertThat(SamplingOptions.plain(0).processors()).isEmpty();
    assertThat(SamplingOptions.plain(0).sampler()).isInstanceOf(CategoricalSampler.class);
    assertThat(new SamplingOptions(0.5, 3, 0.9, 0).processors())
        .containsExactly(new Temperature(0.5), new TopKFilter(3), new TopPFilter(0.9));
    assertThat(new SamplingOptions(0, 0, 1, 0).sampler()).isInstanceOf(GreedySampler.class);
  }

  private static float[] process(LogitsProcessor processor, float... logits) {
    processor.process(0, new int[0], 0, logits);
    return logits;
  }

  private static boolean[] kept(double p, float[] logits) {
    float[] left = process(new TopPFilter(p), logits.clone());
    boolean[] kept = new boolean[left.length];
    for (int v = 0; v < left.length; v++) {
      kept[v] = left[v] != NEVER;
      assertThat(left[v]).isIn(NEVER, logits[v]);
    }
    return kept;
  }
}
