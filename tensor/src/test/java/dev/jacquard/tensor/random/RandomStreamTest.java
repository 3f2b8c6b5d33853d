package dev.jacquard.tensor.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomStreamTest {
  private static final int COUNT = 1 << 18;

  private final RandomStream stream = RandomStream.of(20260101).split("test");

  @Test
  void readsTheBlockOfSeedStreamAndPosition() {
    int[] words = new int[4];
    Philox4x32.block(3, 7, 5, words);
    RandomStream five = new RandomStream(5, 7);
    for (int i = 0; i < 4; i++) {
      assertThat(five.bits(12 + i)).isEqualTo(words[i]);
    }
  }

  @Test
  void uniformIsEvenlySpread() {
    int[] counts = new int[100];
    for (int i = 0; i < COUNT; i++) {
      float u = stream.uniform(i);
      assertThat(u).isGreaterThanOrEqualTo(0f).isLessThan(1f);
      counts[(int) (u * 100)]++;
    }
    assertChiSquare(counts, evenly(100));
  }

  @Test
  void uniformDoubleIsEvenlySpreadInItsLowBitsToo() {
    int[] high = new int[64];
    int[] low = new int[64];
    for (int i = 0; i < COUNT; i++) {
      long bits = (long) (stream.uniformDouble(i) * 0x1p53);
      high[(int) (bits >>> 47)]++;
      low[(int) (bits & 63)]++;
    }
    assertChiSquare(high, evenly(64));
    assertChiSquare(low, evenly(64));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 320})
  void belowIsEvenlySpread(int bound) {
    int[] counts = new int[bound];
    for (int i = 0; i < COUNT; i++) {
      counts[stream.below(i, bound)]++;
    }
    assertChiSquare(counts, evenly(bound));
  }

  @Test
  void largestFloatIsBelowOne() {
    // The largest 24 bits; larger ints would round to 1 if 32 bits were converted.
    assertThat((0xffffffff >>> 8) * 0x1p-24f).isLessThan(1f);
    double max = 0;
    for (int i = 0; i < COUNT; i++) {
      max = Math.max(max, stream.uniform(i));
    }
    assertThat(max).isBetween(1 - 1e-4, 1.0).isLessThan(1.0);
  }

  @Test
  void normalHasTheMomentsOfTheNormalDistribution() {
    // Standard errors of the k-th sample moment: √(Var xᵏ / n) with Var = 1, 2, 15, 96. Four of
    // them are allowed.
    double error = 4 / Math.sqrt(COUNT);
    assertThat(moment(stream::normal, 1)).isCloseTo(0, within(error));
    assertThat(moment(stream::normal, 2)).isCloseTo(1, within(error * Math.sqrt(2)));
    assertThat(moment(stream::normal, 3)).isCloseTo(0, within(error * Math.sqrt(15)));
    assertThat(moment(stream::normal, 4)).isCloseTo(3, within(error * Math.sqrt(96)));
  }

  @Test
  void normalFallsIntoTheQuartersOfTheNormalDistribution() {
    // Bounds of the octiles of the standard normal distribution.
    double[] bounds = {-1.1503494, -0.6744898, -0.3186394, 0, 0.3186394, 0.6744898, 1.1503494};
    int[] counts = new int[8];
    for (int i = 0; i < COUNT; i++) {
      int at = Arrays.binarySearch(bounds, stream.normal(i));
      counts[at < 0 ? -at - 1 : at]++;
    }
    assertChiSquare(counts, evenly(8));
  }

  @Test
  void neighboursAreUncorrelated() {
    // Even and odd positions share a radius, so their squares would show a flaw first.
    double error = 4 / Math.sqrt(COUNT);
    double product = 0;
    double squares = 0;
    for (int i = 0; i < COUNT; i++) {
      double x = stream.normal(i);
      double y = stream.normal(i + 1);
      product += x * y;
      squares += (x * x - 1) * (y * y - 1);
    }
    assertThat(product / COUNT).isCloseTo(0, within(error));
    assertThat(squares / COUNT).isCloseTo(0, within(2 * error));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 1L << 33, Long.MAX_VALUE / 2})
  void fillEqualsSingleNumbersFromAnyPosition(long position) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment uniform = arena.allocate(ValueLayout.JAVA_FLOAT, 19);
      MemorySegment normal = arena.allocate(ValueLayout.JAVA_FLOAT, 19);
      stream.fillUniform(uniform, position);
      stream.fillNormal(normal, position);
      MemorySegment gumbel = arena.allocate(ValueLayout.JAVA_FLOAT, 19);
      stream.fillGumbel(gumbel, position);
      for (int i = 0; i < 19; i++) {
        assertThat(uniform.getAtIndex(ValueLayout.JAVA_FLOAT, i))
            .isEqualTo(stream.uniform(position + i));
        assertThat(normal.getAtIndex(ValueLayout.JAVA_FLOAT, i))
            .isEqualTo(stream.normal(position + i));
        assertThat(gumbel.getAtIndex(ValueLayout.JAVA_FLOAT, i))
            .isEqualTo(stream.gumbel(position + i))
            .isBetween(-3.14f, 22.9f);
      }
    }
  }

  @Test
  void normalNumbersNeverChange() {
    // Written down once: a saved run must continue with the same numbers in the next release.
    RandomStream root = RandomStream.of(42);
    assertThat(new float[] {root.normal(0), root.normal(1), root.split("a").normal(2)})
        .containsExactly(PINNED);
  }

  private static final float[] PINNED = {-0.9701898f, 0.19401896f, 0.6821275f};

  @Test
  void splitStreamsDiffer() {
    Set<Integer> seen = new HashSet<>();
    RandomStream root = RandomStream.of(1);
    for (int i = 0; i < 1000; i++) {
      seen.add(root.split(i).bits(0));
      seen.add(root.split("layer" + i).bits(0));
      seen.add(RandomStream.of(i + 2).bits(0));
    }
    assertThat(seen).hasSizeGreaterThan(2995); // two of 3000 words collide with odds of 0.1 %
    assertThat(root.split("a").split("b")).isNotEqualTo(root.split("b").split("a"));
    assertThat(root.split("a")).isEqualTo(root.split("a"));
  }

  private static double moment(LongToDoubleFunction f, int power) {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
      sum += Math.pow(f.applyAsDouble(i), power);
    }
    return sum / COUNT;
  }

  private static double[] evenly(int bins) {
    double[] shares = new double[bins];
    Arrays.fill(shares, 1.0 / bins);
    return shares;
  }

  /// Fails if the statistic is further than four standard deviations above its mean: fewer than one
  /// seed in 1000.
  private static void assertChiSquare(int[] counts, double[] shares) {
    double statistic = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = shares[i] * COUNT;
      statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    double freedom = counts.length - 1;
    assertThat(statistic).isLessThanOrEqualTo(freedom + 4 * Math.sqrt(2 * freedom));
  }
}
