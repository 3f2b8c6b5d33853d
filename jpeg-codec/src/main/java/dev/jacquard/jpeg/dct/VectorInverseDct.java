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
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// [InverseDct] with vectors: one vector is a row of the block, so that each instruction serves
/// eight columns. Every result is the same, in broken files too.
final class VectorInverseDct implements InverseTransform {
  /* The transform of the columns adds and multiplies whole rows. Transposed, its result goes
   * through the same code again, and is transposed back. All of it in one method would be more than
   * C2 inlines (18,000 nodes): then vectors that are arguments or results of a method are boxed. So
   * rows pass from method to method through arrays, and no method here takes or returns a vector. */
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;

  private static final int PASS1_BITS = 2;

  private final int[] work = new int[64];
  private final int[] halves = new int[64];
  private final short[] row = new short[8];
  private final InverseDct plain = new InverseDct();

  @Override
  public void transform(
      short[] coefficients, int from, QuantTable table, short[] out, int at, int stride) {
    if (hasOnlyFirstRow(coefficients, from)) {
      plain.transformFirstRow(coefficients, from, table, row, 0);
      repeat(row, out, at, stride);
      return;
    }
    dequantize(coefficients, from, table.steps16(), work);
    pass(CONST_BITS - PASS1_BITS, Short.MIN_VALUE, Short.MAX_VALUE); // out: Q13.2
    Transposition.transpose(work);
    pass(CONST_BITS + PASS1_BITS + 3, -128, 127); // out: integers
    Transposition.transpose(work);
    store(work, out, at, stride);
  }

  private static boolean hasOnlyFirstRow(short[] coefficients, int from) {
    ShortVector any = ShortVector.fromArray(SHORTS, coefficients, from + 8);
    for (int i = 16; i < 64; i += 8) {
      any = any.or(ShortVector.fromArray(SHORTS, coefficients, from + i));
    }
    return !any.compare(NE, (short) 0).anyTrue();
  }

  private static void repeat(short[] row, short[] out, int at, int stride) {
    ShortVector samples = ShortVector.fromArray(SHORTS, row, 0);
    for (int i = 0; i < 8; i++) {
      samples.intoArray(out, at + i * stride);
    }
  }

  /// Multiplies coefficients by their steps.
  private static void dequantize(short[] coefficients, int from, short[] steps, int[] work) {
    for (int i = 0; i < 64; i += 8) {
      ShortVector.fromArray(SHORTS, coefficients, from + i)
          .mul(ShortVector.fromArray(SHORTS, steps, i))
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .intoArray(work, i);
    }
  }

  /// Transforms the columns of a block, rounds and clamps.
  private void pass(int shift, int low, int high) {
    even(work, halves, 1 << (shift - 1));
    odd(work, halves);
    join(halves, work, shift, low, high);
  }

  /// The even rows, with what rounds the result.
  private static void even(int[] work, int[] out, int half) {
    IntVector x2 = IntVector.fromArray(INTS, work, 16);
    IntVector x6 = IntVector.fromArray(INTS, work, 48);
    IntVector z1 = x2.add(x6).mul(F_0_541);
    IntVector t2 = z1.sub(x6.mul(F_1_847));
    IntVector t3 = z1.add(x2.mul(F_0_765));
    IntVector x0 = IntVector.fromArray(INTS, work, 0);
    IntVector x4 = IntVector.fromArray(INTS, work, 32);
    // the low 16 bits, times 2^13
    IntVector t0 = x0.add(x4).lanewise(LSHL, 16).lanewise(ASHR, 16 - CONST_BITS).add(half);
    IntVector t1 = x0.sub(x4).lanewise(LSHL, 16).lanewise(ASHR, 16 - CONST_BITS).add(half);
    t0.add(t3).intoArray(out, 0);
    t1.add(t2).intoArray(out, 8);
    t1.sub(t2).intoArray(out, 16);
    t0.sub(t3).intoArray(out, 24);
  }

  /// The odd rows.
  private static void odd(int[] work, int[] out) {
    IntVector x1 = IntVector.fromArray(INTS, work, 8);
    IntVector x3 = IntVector.fromArray(INTS, work, 24);
    IntVector x5 = IntVector.fromArray(INTS, work, 40);
    IntVector x7 = IntVector.fromArray(INTS, work, 56);
    // the low 16 bits
    IntVector z3 = x7.add(x3).lanewise(LSHL, 16).lanewise(ASHR, 16);
    IntVector z4 = x5.add(x1).lanewise(LSHL, 16).lanewise(ASHR, 16);
    IntVector z5 = z3.add(z4).mul(F_1_175);
    IntVector a = z5.sub(z3.mul(F_1_961));
    IntVector b = z5.sub(z4.mul(F_0_390));
    IntVector c = x7.add(x1).mul(F_0_899);
    IntVector d = x5.add(x3).mul(F_2_562);
    x1.mul(F_1_501).sub(c).add(b).intoArray(out, 32);
    x3.mul(F_3_072).sub(d).add(a).intoArray(out, 40);
    x5.mul(F_2_053).sub(d).add(b).intoArray(out, 48);
    x7.mul(F_0_298).sub(c).add(a).intoArray(out, 56);
  }

  /// Sums and differences of both halves, rounded and clamped.
  private static void join(int[] halves, int[] out, int shift, int low, int high) {
    for (int i = 0; i < 4; i++) {
      IntVector even = IntVector.fromArray(INTS, halves, 8 * i);
      IntVector odd = IntVector.fromArray(INTS, halves, 8 * (i + 4));
      even.add(odd).lanewise(ASHR, shift).max(low).min(high).intoArray(out, 8 * i);
      even.sub(odd).lanewise(ASHR, shift).max(low).min(high).intoArray(out, 8 * (7 - i));
    }
  }

  private static void store(int[] work, short[] out, int at, int stride) {
    for (int i = 0; i < 8; i++) {
      IntVector.fromArray(INTS, work, 8 * i)
          .add(128)
          .convertShape(I2S, SHORTS, 0)
          .reinterpretAsShorts()
          .intoArray(out, at + i * stride);
    }
  }
}
