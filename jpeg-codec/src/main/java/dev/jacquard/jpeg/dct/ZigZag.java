package dev.jacquard.jpeg.dct;

import dev.jacquard.jpeg.color.Vectors;

/// The zig-zag sequence of T.81 A.3.6, figure 5: coefficients in order of rising frequency.
public final class ZigZag {
  private static final int[] NATURAL = {
    0, 1, 8, 16, 9, 2, 3, 10, //
    17, 24, 32, 25, 18, 11, 4, 5, //
    12, 19, 26, 33, 40, 48, 41, 34, //
    27, 20, 13, 6, 7, 14, 21, 28, //
    35, 42, 49, 56, 57, 50, 43, 36, //
    29, 22, 15, 23, 30, 37, 44, 51, //
    58, 59, 52, 45, 38, 31, 39, 46, //
    53, 60, 61, 54, 47, 55, 62, 63
  };

  // the same with 63 for what lies past the end
  private static final byte[] NATURAL_OR_LAST = new byte[128];

  static {
    for (int k = 0; k < NATURAL_OR_LAST.length; k++) {
      NATURAL_OR_LAST[k] = (byte) NATURAL[Math.min(k, 63)];
    }
  }

  private ZigZag() {}

  /// The place in the row-major block of the coefficient that is coded at place `k`.
  ///
  /// @param k place in the zig-zag sequence, 0..63
  /// @return `8 * row + column`, 0..63
  public static int natural(int k) {
    return NATURAL[k];
  }

  /// Puts the coefficients of a block in order, and tells which of them are not zero.
  ///
  /// @param values row-major blocks
  /// @param at index of the block's DC coefficient
  /// @param out receives the sequence `[64]`; if there are few vectors, only what is not zero
  /// @return bit `k` is set if the one coded at place `k` is not zero
  public static long sort(short[] values, int at, short[] out) {
    return Vectors.AVAILABLE ? VectorZigZag.sort(values, at, out) : plainSort(values, at, out);
  }

  static long plainSort(short[] values, int at, short[] out) {
    long places = 0;
    for (int k = 0; k < 64; k++) {
      out[k] = values[at + NATURAL[k]];
      places |= out[k] == 0 ? 0 : 1L << k;
    }
    return places;
  }

  /// [#natural] for places that may lie past the end.
  ///
  /// @param k place in the zig-zag sequence, 0..127
  /// @return as of 63 from there on
  public static int naturalOrLast(int k) {
    return NATURAL_OR_LAST[k & 127];
  }
}
