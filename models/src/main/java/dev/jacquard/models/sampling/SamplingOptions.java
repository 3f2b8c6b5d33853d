package dev.jacquard.models.sampling;

import java.util.ArrayList;
import java.util.List;

/// How tokens are drawn.
///
/// @param temperature divisor of the logits; 0 chooses the likeliest token always
/// @param topK number of likeliest tokens to keep; 0 keeps all
/// @param topP share of the probability to keep, in `(0, 1]`; 1 keeps all
/// @param seed number that fixes everything random
public record SamplingOptions(double temperature, int topK, double topP, long seed) {
  /// The model's own distribution: temperature 1, no filters.
  ///
  /// @param seed number that fixes everything random
  /// @return the options
  public static SamplingOptions plain(long seed) {
    return new SamplingOptions(1, 0, 1, seed);
  }

  /// Checks the values.
  ///
  /// @throws IllegalArgumentException if one is out of range
  public SamplingOptions {
    if (!(temperature >= 0) || topK < 0 || !(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "sampling: option out of range; temperature %s, top-k %d, top-p %s; need >= 0, >= 0, 0 < p <= 1"
              .formatted(temperature, topK, topP));
    }
  }

  /// The processors in the usual order: temperature, top-k, top-p.
  ///
  /// @return those that change anything
  public List<LogitsProcessor> processors() {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (temperature > 0 && temperature != 1) {
      processors.add(new Temperature(temperature));
    }
    if (topK > 0) {
      processors.add(new TopKFilter(topK));
    }
    if (topP < 1) {
      processors.add(new TopPFilter(topP));
    }
    return processors;
  }

  /// What chooses the token.
  ///
  /// @return greedy at temperature 0, else categorical
  public Sampler sampler() {
    return temperature == 0 ? new GreedySampler() : new CategoricalSampler();
  }
}
