package dev.jacquard.models.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assertj.core.data.Offset;

/// Pearson's test of counts against exact probabilities.
public final class ChiSquare {
  private static final double Z = 3.1; // one right sampler in a thousand fails; seeds are fixed

  private ChiSquare() {}

  /// Fails if the counts are too far from what the probabilities say.
  ///
  /// @param expected probability by outcome, each above 0
  /// @param counts number by outcome
  public static <K> void check(Map<K, Double> expected, Map<K, Integer> counts) {
    assertThat(expected.keySet()).as("outcomes of probability 0").containsAll(counts.keySet());
    assertThat(expected.values().stream().mapToDouble(p -> p).sum())
        .isCloseTo(1, Offset.offset(1e-9));
    double n = counts.values().stream().mapToInt(c -> c).sum();
    double statistic = 0;
    for (Map.Entry<K, Double> entry : expected.entrySet()) {
      double mean = n * entry.getValue();
      double difference = counts.getOrDefault(entry.getKey(), 0) - mean;
      statistic += difference * difference / mean;
    }
    assertThat(statistic).as(counts.toString()).isLessThan(critical(expected.size() - 1));
  }

  /// Wilson & Hilferty 1931: the cube root of chi-square over its degrees of freedom is nearly
  /// normal.
  private static double critical(int freedom) {
    double spread = 2.0 / (9 * freedom);
    return freedom * Math.pow(1 - spread + Z * Math.sqrt(spread), 3);
  }
}
