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
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// [ForwardDct] and [QuantTable#quantize] with vectors: one vector is a row of the block, so that
/// each instruction serves eight columns. Every result is the same.
final class VectorForwardDct implements ForwardTransform {
  /* As in VectorInverseDct, each step is a method of its own and rows pass through memory. */
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;

  private static final int PASS1_BITS = 2;

  private final int[] work = new int[64];
  private final int[] other = new int[64];

  @Override
  public void transform(
      short[] samples, int at, int stride, QuantTable table, short[] out, int to) {
    load(samples, at, stride, work);
    Transposition.transpose(work);
    pass(CONST_BITS - PASS1_BITS); // the rows; out: Q12.2
    Transposition.transpose(work);
    pass(CONST_BITS + PASS1_BITS); // the columns; out: integers
    quantize(work, table, out, to);
  }

  private static void load(short[] samples, int at, int stride, int[] work) {
    for (int i = 0; i < 8; i++) {
      ShortVector.fromArray(SHORTS, samples, at + i * stride)
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .sub(128)
          .intoArray(work, 8 * i);
    }
  }

  /// Transforms the columns of a block and rounds.
  private void pass(int shift) {
    fold(work, other);
    even(other, work, shift, 1 << (shift - 1));
    odd(other, work, shift, 1 << (shift - 1));
  }

  /// Sums of mirrored rows, then their differences.
  private static void fold(int[] work, int[] out) {
    for (int i = 0; i < 4; i++) {
      IntVector a = IntVector.fromArray(INTS, work, 8 * i);
      IntVector b = IntVector.fromArray(INTS, work, 8 * (7 - i));
      a.add(b).intoArray(out, 8 * i);
      a.sub(b).intoArray(out, 8 * (7 - i));
    }
  }

  /// Outputs 0, 2, 4, 6 from the sums.
  private static void even(int[] sums, int[] out, int shift, int half) {
    IntVector t0 = IntVector.fromArray(INTS, sums, 0);
    IntVector t3 = IntVector.fromArray(INTS, sums, 24);
    IntVector t10 = t0.add(t3);
    IntVector t13 = t0.sub(t3);
    IntVector t1 = IntVector.fromArray(INTS, sums, 8);
    IntVector t2 = IntVector.fromArray(INTS, sums, 16);
    IntVector t11 = t1.add(t2);
    IntVector t12 = t1.sub(t2);
    t10.add(t11).lanewise(LSHL, CONST_BITS).add(half).lanewise(ASHR, shift).intoArray(out, 0);
    t10.sub(t11).lanewise(LSHL, CONST_BITS).add(half).lanewise(ASHR, shift).intoArray(out, 32);
    IntVector z1 = t12.add(t13).mul(F_0_541).add(half);
    z1.add(t13.mul(F_0_765)).lanewise(ASHR, shift).intoArray(out, 16);
    z1.sub(t12.mul(F_1_847)).lanewise(ASHR, shift).intoArray(out, 48);
  }

  /// Outputs 1, 3, 5, 7 from the differences.
  private static void odd(int[] differences, int[] out, int shift, int half) {
    IntVector t4 = IntVector.fromArray(INTS, differences, 32);
    IntVector t5 = IntVector.fromArray(INTS, differences, 40);
    IntVector t6 = IntVector.fromArray(INTS, differences, 48);
    IntVector t7 = IntVector.fromArray(INTS, differences, 56);
    IntVector z3 = t4.add(t6);
    IntVector z4 = t5.add(t7);
    IntVector z5 = z3.add(z4).mul(F_1_175).add(half);
    IntVector a = z5.sub(z3.mul(F_1_961));
    IntVector b = z5.sub(z4.mul(F_0_390));
    IntVector c = t4.add(t7).mul(F_0_899);
    IntVector d = t5.add(t6).mul(F_2_562);
    t7.mul(F_1_501).sub(c).add(b).lanewise(ASHR, shift).intoArray(out, 8);
    t6.mul(F_3_072).sub(d).add(a).lanewise(ASHR, shift).intoArray(out, 24);
    t5.mul(F_2_053).sub(d).add(b).lanewise(ASHR, shift).intoArray(out, 40);
    t4.mul(F_0_298).sub(c).add(a).lanewise(ASHR, shift).intoArray(out, 56);
  }

  /// `sign(v) · ⌊(|v| + 4q) / 8q⌋`, the division as a multiplication; see [QuantTable].
  private static void quantize(int[] work, QuantTable table, short[] out, int to) {
    int[] halves = table.halves();
    int[] multipliers = table.multipliers();
    int[] shifts = table.shifts();
    for (int i = 0; i < 64; i += 8) {
      IntVector v = IntVector.fromArray(INTS, work, i);
      IntVector sign = v.lanewise(ASHR, 31);
      v.abs()
          .add(IntVector.fromArray(INTS, halves, i))
          .mul(IntVector.fromArray(INTS, multipliers, i))
          .lanewise(LSHR, IntVector.fromArray(INTS, shifts, i))
          .lanewise(XOR, sign)
          .sub(sign)
          .convertShape(I2S, SHORTS, 0)
          .reinterpretAsShorts()
          .intoArray(out, to + i);
    }
  }
}
