package dev.jacquard.jpeg.dct;

import java.util.Arrays;

/// A quantisation table (T.81 A.3.4): the step size of each of the 64 coefficients.
///
/// Immutable. Quantising divides the output of [ForwardDct], which is 8 times the orthonormal
/// transform, by `8q` and rounds halves away from zero: `sign(v) · ⌊(|v| + 4q) / 8q⌋`.
public final class QuantTable {
  /* Division of x = |v| + 4q by d = 8q as multiplication: with m = ⌈2^s / d⌉ we have m · d = 2^s + e,
   * 0 <= e < d, so (x · m) / 2^s exceeds x / d by x · e / (d · 2^s), which stays under 1 / d, and the
   * floor is unchanged, while x · e < 2^s. Let X = 2^13 + 4q be the largest x, and 2^s the power of two
   * from X · d on: then x · e < X · d <= 2^s. From q = 2,049 on x < d, and m = 0 does; below, X <= 2^14
   * and m < 2^15 + 1, so that products fit into 32 bits. */
  private static final int LARGEST = 1 << 13;

  /// Table K.1, rows of the block.
  private static final int[] LUMINANCE = {
    16, 11, 10, 16, 24, 40, 51, 61, //
    12, 12, 14, 19, 26, 58, 60, 55, //
    14, 13, 16, 24, 40, 57, 69, 56, //
    14, 17, 22, 29, 51, 87, 80, 62, //
    18, 22, 37, 56, 68, 109, 103, 77, //
    24, 35, 55, 64, 81, 104, 113, 92, //
    49, 64, 78, 87, 103, 121, 120, 101, //
    72, 92, 95, 98, 112, 100, 103, 99
  };

  /// Table K.2, rows of the block.
  private static final int[] CHROMINANCE = {
    17, 18, 24, 47, 99, 99, 99, 99, //
    18, 21, 26, 66, 99, 99, 99, 99, //
    24, 26, 56, 99, 99, 99, 99, 99, //
    47, 66, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99
  };

  private final int[] steps;
  // the same, of which those over 32767 wrap
  private final short[] steps16 = new short[64];
  // what is added, multiplied by, and shifted out when coefficients are quantised
  private final int[] halves = new int[64];
  private final int[] multipliers = new int[64];
  private final int[] shifts = new int[64];

  /// A table with the given steps.
  ///
  /// @param steps 64 values in row-major order, each 0..65535 (0 occurs in broken files only)
  /// @throws IllegalArgumentException if there are not 64 values or one is out of range
  public QuantTable(int[] steps) {
    if (steps.length != 64) {
      throw new IllegalArgumentException("quantTable: wrong size; " + steps.length + "; need 64");
    }
    this.steps = steps.clone();
    for (int i = 0; i < 64; i++) {
      if (steps[i] < 0 || steps[i] > 0xFFFF) {
        throw new IllegalArgumentException(
            "quantTable: step out of range; " + steps[i] + " at " + i + "; need 0..65535");
      }
      steps16[i] = (short) steps[i];
      long divisor = Math.max(1, 8L * steps[i]);
      long largest = LARGEST + divisor / 2;
      halves[i] = 4 * steps[i];
      if (divisor <= largest) {
        shifts[i] = 64 - Long.numberOfLeadingZeros(largest * divisor - 1);
        multipliers[i] = (int) (((1L << shifts[i]) + divisor - 1) / divisor);
      }
    }
  }

  /// The luminance table of Annex K scaled as the Independent JPEG Group's library does.
  ///
  /// @param quality 1..100; 50 gives table K.1 itself
  /// @return the table; steps exceed 255 (need 16 bits) below quality 24
  public static QuantTable luminance(int quality) {
    return scaled(LUMINANCE, quality);
  }

  /// The chrominance table of Annex K scaled as the Independent JPEG Group's library does.
  ///
  /// @param quality 1..100; 50 gives table K.2 itself
  /// @return the table
  public static QuantTable chrominance(int quality) {
    return scaled(CHROMINANCE, quality);
  }

  private static QuantTable scaled(int[] base, int quality) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int[] steps = new int[64];
    for (int i = 0; i < 64; i++) {
      steps[i] = Math.clamp((base[i] * percent + 50) / 100, 1, 32767);
    }
    return new QuantTable(steps);
  }

  /// The step of one coefficient.
  ///
  /// @param index `8 * row + column`
  /// @return the step, 0..65535
  public int step(int index) {
    return steps[index];
  }

  /// The low 16 bits of all steps; not a copy.
  short[] steps16() {
    return steps16;
  }

  /// By coefficient, `4q`; not a copy.
  int[] halves() {
    return halves;
  }

  /// By coefficient, what a sum with [#halves()] is multiplied by; not a copy.
  int[] multipliers() {
    return multipliers;
  }

  /// By coefficient, how far the product is shifted, without sign; not a copy.
  int[] shifts() {
    return shifts;
  }

  /// The table for transposed blocks.
  ///
  /// @return the steps with rows and columns exchanged
  public QuantTable transposed() {
    int[] turned = new int[64];
    for (int i = 0; i < 64; i++) {
      turned[i] = steps[8 * (i % 8) + i / 8];
    }
    return new QuantTable(turned);
  }

  /// Whether a step needs 16 bits (`Pq = 1` in the DQT segment), which baseline files may not have.
  ///
  /// @return whether any step exceeds 255
  public boolean needs16Bits() {
    for (int step : steps) {
      if (step > 255) {
        return true;
      }
    }
    return false;
  }

  /// Quantises one transformed block.
  ///
  /// @param dct output of [ForwardDct#transform], row-major, each in [-8192, 8191]
  /// @param out receives 64 coefficients, row-major
  /// @param at index in `out` of the first one
  public void quantize(int[] dct, short[] out, int at) {
    for (int i = 0; i < 64; i++) {
      int v = dct[i];
      int rounded = ((Math.abs(v) + halves[i]) * multipliers[i]) >>> shifts[i];
      out[at + i] = (short) (v < 0 ? -rounded : rounded);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantTable table && Arrays.equals(steps, table.steps);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(steps);
  }
}
