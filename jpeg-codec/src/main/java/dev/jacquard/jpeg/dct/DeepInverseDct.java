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

/// Inverse discrete cosine transform for samples of 12 bits (T.81 A.3.3): the method of
/// [InverseDct] with one fraction bit less between the passes, so that sums fit into 32 bits, as
/// libjpeg has it.
public final class DeepInverseDct implements BlockwiseInverse {
  private static final int PASS1_BITS = 1;
  private static final int CENTER = 2048;

  private final int[] work = new int[64];

  /// A transformer with its own scratch memory; not for use by two threads at once.
  public DeepInverseDct() {}

  @Override
  public void transform(
      short[] coefficients, int from, QuantTable table, short[] out, int at, int stride) {
    for (int i = 0; i < 64; i++) {
      work[i] = coefficients[from + i] * table.step(i); // Q16.0
    }
    for (int column = 0; column < 8; column++) {
      pass(column, 8, CONST_BITS - PASS1_BITS); // out: Q17.1
    }
    for (int row = 0; row < 8; row++) {
      pass(8 * row, 1, CONST_BITS + PASS1_BITS + 3); // out: integers, the factor 8 taken back
      for (int i = 0; i < 8; i++) {
        int sample = Math.clamp(work[8 * row + i], -CENTER, CENTER - 1) + CENTER;
        out[at + row * stride + i] = (short) sample;
      }
    }
  }

  /// Transforms 8 values of [#work] in place.
  private void pass(int at, int step, int shift) {
    int[] x = work;
    int x2 = x[at + 2 * step];
    int x6 = x[at + 6 * step];
    int z1 = (x2 + x6) * F_0_541;
    int t2 = z1 - x6 * F_1_847;
    int t3 = z1 + x2 * F_0_765;
    int t0 = (x[at] + x[at + 4 * step]) << CONST_BITS;
    int t1 = (x[at] - x[at + 4 * step]) << CONST_BITS;
    odd(at, step, shift, t0 + t3, t1 + t2, t1 - t2, t0 - t3);
  }

  /// The odd part, and the sums and differences with the even part `e0..e3`.
  private void odd(int at, int step, int shift, int e0, int e1, int e2, int e3) {
    int[] x = work;
    int x1 = x[at + step];
    int x3 = x[at + 3 * step];
    int x5 = x[at + 5 * step];
    int x7 = x[at + 7 * step];
    int z3 = x7 + x3;
    int z4 = x5 + x1;
    int z5 = (z3 + z4) * F_1_175;
    int z1 = -(x7 + x1) * F_0_899;
    int z2 = -(x5 + x3) * F_2_562;
    int o3 = x7 * F_0_298 + z1 + (z5 - z3 * F_1_961);
    int o2 = x5 * F_2_053 + z2 + (z5 - z4 * F_0_390);
    int o1 = x3 * F_3_072 + z2 + (z5 - z3 * F_1_961);
    int o0 = x1 * F_1_501 + z1 + (z5 - z4 * F_0_390);
    int half = 1 << (shift - 1);
    x[at] = (e0 + o0 + half) >> shift;
    x[at + step] = (e1 + o1 + half) >> shift;
    x[at + 2 * step] = (e2 + o2 + half) >> shift;
    x[at + 3 * step] = (e3 + o3 + half) >> shift;
    x[at + 4 * step] = (e3 - o3 + half) >> shift;
    x[at + 5 * step] = (e2 - o2 + half) >> shift;
    x[at + 6 * step] = (e1 - o1 + half) >> shift;
    x[at + 7 * step] = (e0 - o0 + half) >> shift;
  }
}
