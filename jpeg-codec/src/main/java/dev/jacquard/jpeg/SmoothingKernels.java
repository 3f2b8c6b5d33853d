package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import dev.jacquard.jpeg.dct.ZigZag;

/// Guesses coefficients of a block as weighted sums of the DC coefficients of 5 x 5 blocks around
/// it (T.81 K.8; weights of libjpeg-turbo 2.1, in 1/256).
final class SmoothingKernels {
  // the kernels of the other direction are these transposed
  private static final int[] WIDE_01 = {
    -1, -1, 0, 1, 1, //
    -3, 13, 0, -13, 3, //
    -3, 38, 0, -38, 3, //
    -3, 13, 0, -13, 3, //
    -1, -1, 0, 1, 1
  };
  private static final int[] WIDE_02 = {
    0, 0, 0, 0, 0, //
    0, 2, -5, 2, 0, //
    1, 7, -14, 7, 1, //
    0, 2, -5, 2, 0, //
    0, 0, 0, 0, 0
  };
  private static final int[] WIDE_11 = {
    -1, 0, 0, 0, 1, //
    0, 9, 0, -9, 0, //
    0, 0, 0, 0, 0, //
    0, -9, 0, 9, 0, //
    1, 0, 0, 0, -1
  };
  private static final int[] WIDE_03 = {
    0, 0, 0, 0, 0, //
    0, 1, 0, -1, 0, //
    0, 2, 0, -2, 0, //
    0, 1, 0, -1, 0, //
    0, 0, 0, 0, 0
  };
  private static final int[] WIDE_12 = {
    0, 0, 0, 0, 0, //
    0, 1, -3, 1, 0, //
    0, 0, 0, 0, 0, //
    0, -1, 3, -1, 0, //
    0, 0, 0, 0, 0
  };
  private static final int[] WIDE_00 = {
    -2, -6, -8, -6, -2, //
    -6, 6, 42, 6, -6, //
    -8, 42, 152, 42, -8, //
    -6, 6, 42, 6, -6, //
    -2, -6, -8, -6, -2
  };
  private static final int[] NARROW_01 = {
    0, 0, 0, 0, 0, //
    0, 0, 0, 0, 0, //
    -7, 50, 0, -50, 7, //
    0, 0, 0, 0, 0, //
    0, 0, 0, 0, 0
  };
  private static final int[] NARROW_02 = {
    0, 0, 0, 0, 0, //
    0, 0, 0, 0, 0, //
    -1, 13, -24, 13, -1, //
    0, 0, 0, 0, 0, //
    0, 0, 0, 0, 0
  };
  private static final int[] NARROW_11 = {
    0, -1, 0, 1, 0, //
    -1, 10, 0, -10, 1, //
    0, 0, 0, 0, 0, //
    1, -10, 0, 10, -1, //
    0, 1, 0, -1, 0
  };

  /// By place in the zig-zag sequence, if only DC is known.
  private static final int[][] WIDE = {
    WIDE_00,
    WIDE_01,
    transposed(WIDE_01),
    transposed(WIDE_02),
    WIDE_11,
    WIDE_02,
    WIDE_03,
    WIDE_12,
    transposed(WIDE_12),
    transposed(WIDE_03)
  };

  /// By place in the zig-zag sequence, from 1 on, if there are AC coefficients.
  private static final int[][] NARROW = {
    {}, NARROW_01, transposed(NARROW_01), transposed(NARROW_02), NARROW_11, NARROW_02
  };

  private final QuantTable table;
  private final int[] missing;
  private final boolean onlyDc;

  /// Kernels for blocks of which the same is known.
  ///
  /// @param missing low bits that are missing of each coefficient, by place in the zig-zag
  ///   sequence; [Progression#UNKNOWN] for all of them
  SmoothingKernels(QuantTable table, int[] missing) {
    this.table = table;
    this.missing = missing;
    boolean any = false;
    for (int k = 1; k < missing.length; k++) {
      any |= missing[k] != Progression.UNKNOWN;
    }
    this.onlyDc = !any;
  }

  private static int[] transposed(int[] kernel) {
    int[] result = new int[25];
    for (int i = 0; i < 25; i++) {
      result[i] = kernel[i % 5 * 5 + i / 5];
    }
    return result;
  }

  /// Guesses what is zero and not fully known.
  ///
  /// @param window DC coefficients of the blocks around, row-major
  /// @param values row-major blocks
  /// @param at index of the block's DC coefficient
  void apply(int[] window, short[] values, int at) {
    int[][] kernels = onlyDc ? WIDE : NARROW;
    for (int k = 1; k < kernels.length; k++) {
      int i = at + ZigZag.natural(k);
      if (missing[k] != 0 && values[i] == 0) {
        values[i] = (short) guess(kernels[k], window, k, missing[k]);
      }
    }
    if (onlyDc) {
      values[at] = (short) guess(WIDE_00, window, 0, Progression.UNKNOWN);
    }
  }

  /// The rounded sum, kept small enough to be zero in the bits that are known.
  private int guess(int[] kernel, int[] window, int k, int missingBits) {
    int sum = 0;
    for (int i = 0; i < 25; i++) {
      sum += kernel[i] * window[i];
    }
    long numerator = (long) table.step(0) * sum;
    long step = table.step(ZigZag.natural(k));
    int size = (int) (((step << 7) + Math.abs(numerator)) / (step << 8));
    if (missingBits > 0) {
      size = Math.min(size, (1 << missingBits) - 1);
    }
    return numerator < 0 ? -size : size;
  }
}
