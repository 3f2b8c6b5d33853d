package dev.jacquard.jpeg.dct;

import static dev.jacquard.jpeg.dct.BlockGroups.BLOCKS;
import static dev.jacquard.jpeg.dct.BlockGroups.INTS;
import static dev.jacquard.jpeg.dct.BlockGroups.ROW;
import static dev.jacquard.jpeg.dct.BlockGroups.SIZE;
import static dev.jacquard.jpeg.dct.BlockGroups.WIDTH;
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
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import org.jspecify.annotations.Nullable;

/// [ForwardDct] and [QuantTable#quantize] with vectors: one vector is a row of one or two blocks
/// ([BlockGroups]), so that each instruction serves 8 or 16 columns. Every result is the same.
final class VectorForwardDct implements ForwardTransform {
  /* As in VectorInverseDct, each step is a loop of its own. */
  private static final int PIECE = 16; // groups
  private static final int PASS1_BITS = 2;

  private final short[] work = new short[PIECE * SIZE];
  private final int[] sums = new int[PIECE * SIZE];
  private final ForwardDct plain = new ForwardDct();
  // numbers of the table that was used last, as often side by side as there are blocks in a group
  private @Nullable QuantTable current;
  private final int[] halves = new int[SIZE];
  private final int[] multipliers = new int[SIZE];
  private final int[] shifts = new int[SIZE];

  @Override
  public void transformRow(
      short[] samples, int at, int stride, int blocks, QuantTable table, short[] out, int to) {
    if (blocks < BLOCKS) {
      plain.transformRow(samples, at, stride, blocks, table, out, to);
      return;
    }
    use(table);
    int groups = Math.ceilDiv(blocks, BLOCKS);
    for (int first = 0; first < groups; first += PIECE) {
      int n = Math.min(PIECE, groups - first);
      for (int i = 0; i < n; i++) {
        center(samples, at + 8 * column(first + i, blocks), stride, work, i * SIZE);
      }
      BlockGroups.transpose(work, n);
      pass(n, 1 << (CONST_BITS - PASS1_BITS - 1)); // the rows
      round(sums, work, n, CONST_BITS - PASS1_BITS); // Q12.2
      BlockGroups.transpose(work, n);
      pass(n, 1 << (CONST_BITS + PASS1_BITS - 1)); // the columns
      quantize(sums, work, n, CONST_BITS + PASS1_BITS); // from integers
      for (int i = 0; i < n; i++) {
        BlockGroups.scatter(work, i * SIZE, out, to + 64 * column(first + i, blocks));
      }
    }
  }

  /// The first block of a group; the last group may overlap the one before.
  private static int column(int group, int blocks) {
    return Math.min(group * BLOCKS, blocks - BLOCKS);
  }

  private void use(QuantTable table) {
    if (current == null || !table.equals(current)) {
      for (int i = 0; i < SIZE; i++) {
        int from = 8 * (i / WIDTH) + i % 8;
        halves[i] = table.halves()[from];
        multipliers[i] = table.multipliers()[from];
        shifts[i] = table.shifts()[from];
      }
      current = table;
    }
  }

  private static void center(short[] samples, int at, int stride, short[] work, int to) {
    for (int i = 0; i < 8; i++) {
      ShortVector.fromArray(ROW, samples, at + i * stride)
          .sub((short) 128)
          .intoArray(work, to + i * WIDTH);
    }
  }

  /// Transforms the columns of blocks.
  ///
  /// @param half what is to be added before the last bits are shifted out
  private void pass(int groups, int half) {
    fold(work, groups);
    even(work, sums, groups, half);
    odd(work, sums, groups, half);
  }

  /// Sums of mirrored rows take the place of the first four, differences that of the last four.
  private static void fold(short[] work, int groups) {
    for (int at = 0; at < groups * SIZE; at += SIZE) {
      for (int i = 0; i < 4; i++) {
        ShortVector a = ShortVector.fromArray(ROW, work, at + i * WIDTH);
        ShortVector b = ShortVector.fromArray(ROW, work, at + (7 - i) * WIDTH);
        a.add(b).intoArray(work, at + i * WIDTH);
        a.sub(b).intoArray(work, at + (7 - i) * WIDTH);
      }
    }
  }

  private static IntVector load(short[] work, int at) {
    return (IntVector) ShortVector.fromArray(ROW, work, at).convertShape(S2I, INTS, 0);
  }

  /// Outputs 0, 2, 4, 6 from sums of mirrored inputs.
  private static void even(short[] in, int[] out, int groups, int half) {
    for (int at = 0; at < groups * SIZE; at += SIZE) {
      IntVector t0 = load(in, at);
      IntVector t3 = load(in, at + 3 * WIDTH);
      IntVector t10 = t0.add(t3);
      IntVector t13 = t0.sub(t3);
      IntVector t1 = load(in, at + WIDTH);
      IntVector t2 = load(in, at + 2 * WIDTH);
      IntVector t11 = t1.add(t2);
      IntVector t12 = t1.sub(t2);
      t10.add(t11).lanewise(LSHL, CONST_BITS).add(half).intoArray(out, at);
      t10.sub(t11).lanewise(LSHL, CONST_BITS).add(half).intoArray(out, at + 4 * WIDTH);
      IntVector z1 = t12.add(t13).mul(F_0_541).add(half);
      z1.add(t13.mul(F_0_765)).intoArray(out, at + 2 * WIDTH);
      z1.sub(t12.mul(F_1_847)).intoArray(out, at + 6 * WIDTH);
    }
  }

  /// Outputs 1, 3, 5, 7 from differences of mirrored inputs.
  private static void odd(short[] in, int[] out, int groups, int half) {
    for (int at = 0; at < groups * SIZE; at += SIZE) {
      IntVector t4 = load(in, at + 4 * WIDTH);
      IntVector t5 = load(in, at + 5 * WIDTH);
      IntVector t6 = load(in, at + 6 * WIDTH);
      IntVector t7 = load(in, at + 7 * WIDTH);
      IntVector z3 = t4.add(t6);
      IntVector z4 = t5.add(t7);
      IntVector z5 = z3.add(z4).mul(F_1_175).add(half);
      IntVector a = z5.sub(z3.mul(F_1_961));
      IntVector b = z5.sub(z4.mul(F_0_390));
      IntVector c = t4.add(t7).mul(F_0_899);
      IntVector d = t5.add(t6).mul(F_2_562);
      t7.mul(F_1_501).sub(c).add(b).intoArray(out, at + WIDTH);
      t6.mul(F_3_072).sub(d).add(a).intoArray(out, at + 3 * WIDTH);
      t5.mul(F_2_053).sub(d).add(b).intoArray(out, at + 5 * WIDTH);
      t4.mul(F_0_298).sub(c).add(a).intoArray(out, at + 7 * WIDTH);
    }
  }

  private static void round(int[] sums, short[] out, int groups, int shift) {
    for (int at = 0; at < groups * SIZE; at += WIDTH) {
      IntVector v = IntVector.fromArray(INTS, sums, at).lanewise(ASHR, shift);
      ((ShortVector) v.convertShape(I2S, ROW, 0)).intoArray(out, at);
    }
  }

  /// `sign(v) · ⌊(|v| + 4q) / 8q⌋`, the division as a multiplication; see [QuantTable].
  private void quantize(int[] sums, short[] out, int groups, int shift) {
    for (int row = 0; row < SIZE; row += WIDTH) {
      IntVector half = IntVector.fromArray(INTS, halves, row);
      IntVector multiplier = IntVector.fromArray(INTS, multipliers, row);
      IntVector last = IntVector.fromArray(INTS, shifts, row);
      for (int at = row; at < groups * SIZE; at += SIZE) {
        IntVector v = IntVector.fromArray(INTS, sums, at).lanewise(ASHR, shift);
        IntVector sign = v.lanewise(ASHR, 31);
        IntVector q = v.abs().add(half).mul(multiplier).lanewise(LSHR, last);
        ((ShortVector) q.lanewise(XOR, sign).sub(sign).convertShape(I2S, ROW, 0))
            .intoArray(out, at);
      }
    }
  }
}
