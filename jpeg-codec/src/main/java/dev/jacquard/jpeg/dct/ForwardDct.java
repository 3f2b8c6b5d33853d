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

/// Forward discrete cosine transform of 8x8 blocks (T.81 A.3.3), integer "islow" method.
///
/// One-dimensional transforms of the rows, then of the columns. The result is 8 times the
/// orthonormal transform; [QuantTable#quantize] takes the factor back.
public final class ForwardDct implements ForwardTransform {
  // after the rows, values carry extra fraction bits
  private static final int PASS1_BITS = 2;

  private final int[] block = new int[64];

  /// A transformer with its own scratch memory; not for use by two threads at once.
  public ForwardDct() {}

  @Override
  public void transformRow(
      short[] samples, int at, int stride, int blocks, QuantTable table, short[] out, int to) {
    for (int i = 0; i < blocks; i++) {
      transform(samples, at + 8 * i, stride, table, out, to + 64 * i);
    }
  }

  private void transform(
      short[] samples, int at, int stride, QuantTable table, short[] out, int to) {
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        block[8 * y + x] = samples[at + y * stride + x] - 128;
      }
    }
    transform(block);
    table.quantize(block, out, to);
  }

  /// Transforms a block in place.
  ///
  /// @param block 64 values, row-major; in: samples minus 128, in [-128, 127]; out: coefficients
  ///   times 8, in [-8192, 8191]
  public static void transform(int[] block) {
    for (int row = 0; row < 64; row += 8) {
      // out: Q12.2
      pass(block, row, 1, CONST_BITS - PASS1_BITS);
    }
    for (int column = 0; column < 8; column++) {
      // out: integers, the 2 fraction bits rounded away
      pass(block, column, 8, CONST_BITS + PASS1_BITS);
    }
  }

  private static void pass(int[] x, int at, int step, int shift) {
    int d0 = x[at];
    int d1 = x[at + step];
    int d2 = x[at + 2 * step];
    int d3 = x[at + 3 * step];
    int d4 = x[at + 4 * step];
    int d5 = x[at + 5 * step];
    int d6 = x[at + 6 * step];
    int d7 = x[at + 7 * step];

    even(x, at, step, shift, d0 + d7, d1 + d6, d2 + d5, d3 + d4);
    odd(x, at, step, shift, d3 - d4, d2 - d5, d1 - d6, d0 - d7);
  }

  /// Outputs 0, 2, 4, 6 from the sums of mirrored inputs.
  private static void even(int[] x, int at, int step, int shift, int t0, int t1, int t2, int t3) {
    int t10 = t0 + t3;
    int t13 = t0 - t3;
    int t11 = t1 + t2;
    int t12 = t1 - t2;
    // The rows gain 2 bits (shift 11), the columns lose them (shift 15), both exact for 2^13.
    x[at] = descale((t10 + t11) << CONST_BITS, shift);
    x[at + 4 * step] = descale((t10 - t11) << CONST_BITS, shift);
    int z1 = (t12 + t13) * F_0_541;
    x[at + 2 * step] = descale(z1 + t13 * F_0_765, shift);
    x[at + 6 * step] = descale(z1 - t12 * F_1_847, shift);
  }

  /// Outputs 1, 3, 5, 7 from the differences of mirrored inputs.
  private static void odd(int[] x, int at, int step, int shift, int t4, int t5, int t6, int t7) {
    int z5 = (t4 + t6 + t5 + t7) * F_1_175;
    int z1 = -(t4 + t7) * F_0_899;
    int z2 = -(t5 + t6) * F_2_562;
    int z3 = -(t4 + t6) * F_1_961 + z5;
    int z4 = -(t5 + t7) * F_0_390 + z5;
    x[at + 7 * step] = descale(t4 * F_0_298 + z1 + z3, shift);
    x[at + 5 * step] = descale(t5 * F_2_053 + z2 + z4, shift);
    x[at + 3 * step] = descale(t6 * F_3_072 + z2 + z3, shift);
    x[at + step] = descale(t7 * F_1_501 + z1 + z4, shift);
  }

  /// `round(x / 2^n)`, halves upwards.
  private static int descale(int x, int n) {
    return (x + (1 << (n - 1))) >> n;
  }
}
