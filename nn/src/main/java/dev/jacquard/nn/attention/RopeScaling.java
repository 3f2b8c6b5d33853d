package dev.jacquard.nn.attention;

import java.util.List;

/// How the frequencies of a rotary embedding are slowed down for contexts longer than those that a
/// model was first trained with.
public sealed interface RopeScaling {
  /// Frequencies as they are.
  RopeScaling NONE = new Linear(1);

  /// The frequency that a pair turns with.
  ///
  /// @param pair number of the pair, from 0
  /// @param frequency its frequency without scaling, in radians for each position
  /// @return the slower one
  double apply(int pair, double frequency);

  /// Every frequency divided by one factor.
  ///
  /// Chen et al. 2023 (arXiv:2306.15595), eq. 4.
  ///
  /// @param factor how much longer the context becomes
  record Linear(double factor) implements RopeScaling {
    @Override
    public double apply(int pair, double frequency) {
      return frequency / factor;
    }
  }

  /// Slow frequencies divided by a factor, fast ones kept, and those between mixed: that of Llama
  /// 3.1. A frequency is slow if less than `lowTurns` turns fit into the original context, and fast
  /// from `highTurns` on.
  ///
  /// Dubey et al. 2024 (arXiv:2407.21783), section 3.4; the formula is in the released code only.
  ///
  /// @param factor how much longer the context becomes
  /// @param lowTurns below, frequencies are divided
  /// @param highTurns above, they are kept
  /// @param originalContext number of positions of the first training
  record Llama3(double factor, double lowTurns, double highTurns, int originalContext)
      implements RopeScaling {
    @Override
    public double apply(int pair, double frequency) {
      double turns = originalContext * frequency / (2 * Math.PI);
      double kept = Math.clamp((turns - lowTurns) / (highTurns - lowTurns), 0.0, 1.0);
      return (1 - kept) * frequency / factor + kept * frequency;
    }
  }

  /// A divisor for each pair, as GGUF files store them.
  ///
  /// @param divisors one for each pair
  record Table(List<Float> divisors) implements RopeScaling {
    @Override
    public double apply(int pair, double frequency) {
      return frequency / divisors.get(pair);
    }
  }
}
