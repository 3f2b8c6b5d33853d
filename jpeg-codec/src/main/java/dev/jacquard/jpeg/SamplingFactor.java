package dev.jacquard.jpeg;

/// How densely one component is sampled, relative to the others (T.81 A.1.1).
///
/// @param h horizontal sampling factor `H`, 1..4
/// @param v vertical sampling factor `V`, 1..4
public record SamplingFactor(int h, int v) {

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException if a factor is out of range
  public SamplingFactor {
    if (h < 1 || h > 4 || v < 1 || v > 4) {
      throw new IllegalArgumentException(
          "sampling: factors out of range; " + h + " x " + v + "; need 1..4 each");
    }
  }
}
