package dev.jacquard.jpeg.dct;

import static dev.jacquard.jpeg.dct.BlockGroups.BLOCKS;
import static dev.jacquard.jpeg.dct.BlockGroups.INTS;
import static dev.jacquard.jpeg.dct.BlockGroups.ROW;
import static dev.jacquard.jpeg.dct.BlockGroups.SIZE;
import static dev.jacquard.jpeg.dct.BlockGroups.TWO_ROWS;
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
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// [InverseDct] with vectors: one vector is a row of one or two blocks ([BlockGroups]), so that
/// each instruction serves 8 or 16 columns. Every result is the same, in broken files too.
final class VectorInverseDct implements InverseTransform {
  /* The transform of the columns adds and multiplies whole rows. Transposed, its result goes
   * through the same code again, and is transposed back. All of it in one method would be more than
   * C2 inlines (18,000 nodes): then vectors that are arguments or results of a method are boxed. So
   * each step is a loop of its own over the groups of a piece, which stay in the first cache. */
  private static final int PIECE = 16; // groups
  private static final int PASS1_BITS = 2;
  private static final VectorSpecies<Short> EIGHT = ShortVector.SPECIES_128;

  private final short[] work = new short[PIECE * SIZE];
  private final int[] evenHalves = new int[PIECE * SIZE / 2];
  private final int[] oddHalves = new int[PIECE * SIZE / 2];
  // of the blocks of a piece in their row; the last one may be there twice
  private final int[] columns = new int[PIECE * BLOCKS + 1];
  private final short[] row = new short[8];
  private final InverseDct plain = new InverseDct();

  @Override
  public void transformRow(
      short[] coefficients,
      int from,
      int blocks,
      QuantTable table,
      short[] out,
      int at,
      int stride) {
    int n = 0;
    for (int i = 0; i < blocks; i++) {
      if (hasOnlyFirstRow(coefficients, from + 64 * i)) {
        plain.transformFirstRow(coefficients, from + 64 * i, table, row, 0);
        repeat(row, out, at + 8 * i, stride);
      } else {
        columns[n++] = i;
      }
      if (n == PIECE * BLOCKS || i == blocks - 1) {
        columns[n] = columns[Math.max(0, n - 1)];
        transform(coefficients, from, n, table, out, at, stride);
        n = 0;
      }
    }
  }

  /// Transforms the blocks of a piece.
  private void transform(
      short[] coefficients, int from, int n, QuantTable table, short[] out, int at, int stride) {
    int groups = Math.ceilDiv(n, BLOCKS);
    BlockGroups.gather(coefficients, from, columns, groups, table.steps16(), work); // Q15.0
    pass(groups, CONST_BITS - PASS1_BITS, Short.MIN_VALUE, Short.MAX_VALUE); // out: Q13.2
    BlockGroups.transpose(work, groups);
    pass(groups, CONST_BITS + PASS1_BITS + 3, -128, 127); // out: integers
    BlockGroups.transpose(work, groups);
    for (int i = 0; i < n; i++) {
      int block = i / BLOCKS * SIZE + i % BLOCKS * 8;
      store(work, block, out, at + 8 * columns[i], stride);
    }
  }

  private static boolean hasOnlyFirstRow(short[] coefficients, int from) {
    ShortVector any = ShortVector.fromArray(TWO_ROWS, coefficients, from + 8);
    for (int i = 64 - 2 * WIDTH; i > 8; i -= 2 * WIDTH) {
      any = any.or(ShortVector.fromArray(TWO_ROWS, coefficients, from + i));
    }
    return !any.compare(NE, (short) 0).anyTrue();
  }

  private static void repeat(short[] row, short[] out, int at, int stride) {
    ShortVector samples = ShortVector.fromArray(EIGHT, row, 0);
    for (int i = 0; i < 8; i++) {
      samples.intoArray(out, at + i * stride);
    }
  }

  /// Transforms the columns of blocks, rounds and clamps.
  private void pass(int groups, int shift, int low, int high) {
    even(work, evenHalves, groups, 1 << (shift - 1));
    odd(work, oddHalves, groups);
    join(evenHalves, oddHalves, work, groups, shift, low, high);
  }

  private static IntVector load(short[] work, int at) {
    return (IntVector) ShortVector.fromArray(ROW, work, at).convertShape(S2I, INTS, 0);
  }

  /// The even rows, with what rounds the result.
  private static void even(short[] work, int[] out, int groups, int half) {
    for (int at = 0, to = 0; at < groups * SIZE; at += SIZE, to += SIZE / 2) {
      IntVector x2 = load(work, at + 2 * WIDTH);
      IntVector x6 = load(work, at + 6 * WIDTH);
      IntVector z1 = x2.add(x6).mul(F_0_541);
      IntVector t2 = z1.sub(x6.mul(F_1_847));
      IntVector t3 = z1.add(x2.mul(F_0_765));
      IntVector x0 = load(work, at);
      IntVector x4 = load(work, at + 4 * WIDTH);
      // the low 16 bits, times 2^13
      IntVector t0 = x0.add(x4).lanewise(LSHL, 16).lanewise(ASHR, 16 - CONST_BITS).add(half);
      IntVector t1 = x0.sub(x4).lanewise(LSHL, 16).lanewise(ASHR, 16 - CONST_BITS).add(half);
      t0.add(t3).intoArray(out, to);
      t1.add(t2).intoArray(out, to + WIDTH);
      t1.sub(t2).intoArray(out, to + 2 * WIDTH);
      t0.sub(t3).intoArray(out, to + 3 * WIDTH);
    }
  }

  /// The odd rows.
  private static void odd(short[] work, int[] out, int groups) {
    for (int at = 0, to = 0; at < groups * SIZE; at += SIZE, to += SIZE / 2) {
      IntVector x1 = load(work, at + WIDTH);
      IntVector x3 = load(work, at + 3 * WIDTH);
      IntVector x5 = load(work, at + 5 * WIDTH);
      IntVector x7 = load(work, at + 7 * WIDTH);
      // the low 16 bits
      IntVector z3 = x7.add(x3).lanewise(LSHL, 16).lanewise(ASHR, 16);
      IntVector z4 = x5.add(x1).lanewise(LSHL, 16).lanewise(ASHR, 16);
      IntVector z5 = z3.add(z4).mul(F_1_175);
      IntVector a = z5.sub(z3.mul(F_1_961));
      IntVector b = z5.sub(z4.mul(F_0_390));
      IntVector c = x7.add(x1).mul(F_0_899);
      IntVector d = x5.add(x3).mul(F_2_562);
      x1.mul(F_1_501).sub(c).add(b).intoArray(out, to);
      x3.mul(F_3_072).sub(d).add(a).intoArray(out, to + WIDTH);
      x5.mul(F_2_053).sub(d).add(b).intoArray(out, to + 2 * WIDTH);
      x7.mul(F_0_298).sub(c).add(a).intoArray(out, to + 3 * WIDTH);
    }
  }

  /// Sums and differences of both halves, rounded and clamped.
  private static void join(
      int[] evens, int[] odds, short[] out, int groups, int shift, int low, int high) {
    for (int from = 0; from < groups * SIZE / 2; from += SIZE / 2) {
      for (int i = 0; i < 4; i++) {
        IntVector even = IntVector.fromArray(INTS, evens, from + i * WIDTH);
        IntVector odd = IntVector.fromArray(INTS, odds, from + i * WIDTH);
        IntVector sum = even.add(odd).lanewise(ASHR, shift).max(low).min(high);
        IntVector difference = even.sub(odd).lanewise(ASHR, shift).max(low).min(high);
        ((ShortVector) sum.convertShape(I2S, ROW, 0)).intoArray(out, 2 * from + i * WIDTH);
        ((ShortVector) difference.convertShape(I2S, ROW, 0))
            .intoArray(out, 2 * from + (7 - i) * WIDTH);
      }
    }
  }

  private static void store(short[] work, int from, short[] out, int at, int stride) {
    for (int i = 0; i < 8; i++) {
      ShortVector.fromArray(EIGHT, work, from + i * WIDTH)
          .add((short) 128)
          .intoArray(out, at + i * stride);
    }
  }
}
