package dev.jacquard.jpeg.dct;

import static dev.jacquard.jpeg.dct.Rotations.CONST_BITS;
import static dev.jacquard.jpeg.dct.Rotations.F_0_298;
import static dev.jacquard.jpeg.dct.Rotations.F_0_390;
import static dev.jacquard.jpeg.dct.Rotations.F_0_541;
import static dev.jacquard.jpeg.dct.Rotations.F_0_765;
import static dev.jacquard.jpeg.dct.Rotations.F_0_899;
import static dev.jacquard.jpeg.dct.Rotations.F_1_175;
import static dev.jacquard.jpeg.dct.Rotations.F_1_501;
import static dev.jacquard.jpeg.dct.Rotations.F_1_847;
import static dev.jacquard.jpeg.dct.Rotations.F_1_961;
import static dev.jacquard.jpeg.dct.Rotations.F_2_053;
import static dev.jacquard.jpeg.dct.Rotations.F_2_562;
import static dev.jacquard.jpeg.dct.Rotations.F_3_072;

import java.util.Arrays;

/// Inverse discrete cosine transform of 8x8 blocks (T.81 A.3.3), integer "islow" method, with
/// dequantisation before it and level shift and clamping after it.
public final class InverseDct implements BlockwiseInverse {
  /* The graph of ForwardDct read backwards. Columns first: their output carries 2 extra fraction
   * bits. Pictures never exceed 16 bits between the stages; where a broken file does, we wrap and
   * saturate at the points where libjpeg-turbo's x86 code does, so that even then both show the
   * same. */
  private static final int PASS1_BITS = 2;

  private final int[] work = new int[64];

  /// A transformer with its own scratch memory; not for use by two threads at once.
  public InverseDct() {}

  @Override
  public void transform(
      short[] coefficients, int from, QuantTable table, short[] out, int at, int stride) {
    if (onlyFirstRow(coefficients, from)) {
      transformFirstRow(coefficients, from, table, out, at);
      for (int row = 1; row < 8; row++) {
        System.arraycopy(out, at, out, at + row * stride, 8);
      }
      return;
    }
    for (int i = 0; i < 64; i++) {
      work[i] = (short) (coefficients[from + i] * table.step(i)); // Q15.0
    }
    for (int column = 0; column < 8; column++) {
      pass(column, 8, CONST_BITS - PASS1_BITS); // out: Q13.2
    }
    for (int row = 0; row < 8; row++) {
      finishRow(8 * row, out, at + row * stride);
    }
  }

  /// Transforms a block of which all coefficients but those of the first row are zero, so that
  /// every column is constant and all rows of samples are the same.
  ///
  /// @param out receives 8 samples
  void transformFirstRow(short[] coefficients, int from, QuantTable table, short[] out, int at) {
    int any = 0;
    for (int column = 0; column < 8; column++) {
      int value = (short) (coefficients[from + column] * table.step(column)); // Q15.0
      work[column] = (short) (value << PASS1_BITS); // Q13.2
      any |= column == 0 ? 0 : value;
    }
    if (any == 0) { // all samples are the same
      short sample = (short) (Math.clamp((work[0] + 16) >> 5, -128, 127) + 128);
      Arrays.fill(out, at, at + 8, sample);
    } else {
      finishRow(0, out, at);
    }
  }

  private void finishRow(int from, short[] out, int at) {
    pass(from, 1, CONST_BITS + PASS1_BITS + 3); // out: integers, the factor 8 taken back
    for (int i = 0; i < 8; i++) {
      out[at + i] = (short) (Math.clamp(work[from + i], -128, 127) + 128);
    }
  }

  private static boolean onlyFirstRow(short[] coefficients, int from) {
    int any = 0;
    for (int i = 8; i < 64; i++) {
      any |= coefficients[from + i];
    }
    return any == 0;
  }

  /// Transforms 8 values of [#work] in place.
  private void pass(int at, int step, int shift) {
    int[] x = work;
    int x0 = x[at];
    int x4 = x[at + 4 * step];
    int z1 = (x[at + 2 * step] + x[at + 6 * step]) * F_0_541;
    int t2 = z1 - x[at + 6 * step] * F_1_847;
    int t3 = z1 + x[at + 2 * step] * F_0_765;
    int t0 = (short) (x0 + x4) << CONST_BITS;
    int t1 = (short) (x0 - x4) << CONST_BITS;
    odd(at, step, shift, t0 + t3, t1 + t2, t1 - t2, t0 - t3);
  }

  /// Adds the odd inputs to the even part and takes them from it.
  private void odd(int at, int step, int shift, int e0, int e1, int e2, int e3) {
    int[] x = work;
    int x1 = x[at + step];
    int x3 = x[at + 3 * step];
    int x5 = x[at + 5 * step];
    int x7 = x[at + 7 * step];
    int z3 = (short) (x7 + x3);
    int z4 = (short) (x5 + x1);
    int z5 = (z3 + z4) * F_1_175;
    int z1 = -(x7 + x1) * F_0_899;
    int z2 = -(x5 + x3) * F_2_562;
    int o3 = x7 * F_0_298 + z1 + (z5 - z3 * F_1_961);
    int o2 = x5 * F_2_053 + z2 + (z5 - z4 * F_0_390);
    int o1 = x3 * F_3_072 + z2 + (z5 - z3 * F_1_961);
    int o0 = x1 * F_1_501 + z1 + (z5 - z4 * F_0_390);
    x[at] = descale(e0 + o0, shift);
    x[at + step] = descale(e1 + o1, shift);
    x[at + 2 * step] = descale(e2 + o2, shift);
    x[at + 3 * step] = descale(e3 + o3, shift);
    x[at + 4 * step] = descale(e3 - o3, shift);
    x[at + 5 * step] = descale(e2 - o2, shift);
    x[at + 6 * step] = descale(e1 - o1, shift);
    x[at + 7 * step] = descale(e0 - o0, shift);
  }

  /// `round(x / 2^n)`, halves upwards, saturated to 16 bits.
  private static int descale(int x, int n) {
    return Math.clamp((x + (1 << (n - 1))) >> n, Short.MIN_VALUE, Short.MAX_VALUE);
  }
}
