package dev.jacquard.jpeg.dct;

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
   * C2 inlines (18,000 nodes), so the rows pass through `work` in between. */
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;

  // which lanes of two rows end up in the lower and in the upper half when they are interleaved
  private static final IntVector LOWER =
      IntVector.fromArray(INTS, new int[] {0, 8, 1, 9, 2, 10, 3, 11}, 0);
  private static final IntVector UPPER =
      IntVector.fromArray(INTS, new int[] {4, 12, 5, 13, 6, 14, 7, 15}, 0);

  private static final int F_0_298 = 2446;
  private static final int F_0_390 = 3196;
  private static final int F_0_541 = 4433;
  private static final int F_0_765 = 6270;
  private static final int F_0_899 = 7373;
  private static final int F_1_175 = 9633;
  private static final int F_1_501 = 12299;
  private static final int F_1_847 = 15137;
  private static final int F_1_961 = 16069;
  private static final int F_2_053 = 16819;
  private static final int F_2_562 = 20995;
  private static final int F_3_072 = 25172;

  private static final int CONST_BITS = 13;
  private static final int PASS1_BITS = 2;

  private final int[] work = new int[64];
  private final int[] halves = new int[64];
  private final InverseDct plain = new InverseDct();

  @Override
  public void transform(
      short[] coefficients, int from, QuantTable table, short[] out, int at, int stride) {
    if (dequantize(coefficients, from, table.steps16(), work)) {
      plain.transformFirstRow(coefficients, from, table, out, at, stride);
      return;
    }
    pass(CONST_BITS - PASS1_BITS, Short.MIN_VALUE, Short.MAX_VALUE); // out: Q13.2
    transpose(work);
    pass(CONST_BITS + PASS1_BITS + 3, -128, 127); // out: integers
    transpose(work);
    store(work, out, at, stride);
  }

  /// Multiplies coefficients by their steps.
  ///
  /// @return whether all but the first row are zero
  private static boolean dequantize(short[] coefficients, int from, short[] steps, int[] work) {
    ShortVector any = ShortVector.zero(SHORTS);
    for (int i = 0; i < 64; i += 8) {
      ShortVector row = ShortVector.fromArray(SHORTS, coefficients, from + i);
      any = i == 0 ? any : any.or(row);
      row.mul(ShortVector.fromArray(SHORTS, steps, i))
          .convertShape(S2I, INTS, 0)
          .reinterpretAsInts()
          .intoArray(work, i);
    }
    return !any.compare(NE, (short) 0).anyTrue();
  }

  private static IntVector row(int[] work, int i) {
    return IntVector.fromArray(INTS, work, 8 * i);
  }

  /// The low 16 bits with their sign.
  private static IntVector wrap(IntVector x) {
    return x.lanewise(LSHL, 16).lanewise(ASHR, 16);
  }

  /// Transforms the columns of a block, rounds and clamps.
  private void pass(int shift, int low, int high) {
    even(work, halves, 1 << (shift - 1));
    odd(work, halves);
    join(halves, work, shift, low, high);
  }

  /// The even rows, with what rounds the result.
  private static void even(int[] work, int[] out, int half) {
    IntVector x2 = row(work, 2);
    IntVector x6 = row(work, 6);
    IntVector z1 = x2.add(x6).mul(F_0_541);
    IntVector t2 = z1.sub(x6.mul(F_1_847));
    IntVector t3 = z1.add(x2.mul(F_0_765));
    IntVector x0 = row(work, 0);
    IntVector x4 = row(work, 4);
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
    IntVector x1 = row(work, 1);
    IntVector x3 = row(work, 3);
    IntVector x5 = row(work, 5);
    IntVector x7 = row(work, 7);
    IntVector z3 = wrap(x7.add(x3));
    IntVector z4 = wrap(x5.add(x1));
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
      IntVector even = row(halves, i);
      IntVector odd = row(halves, i + 4);
      even.add(odd).lanewise(ASHR, shift).max(low).min(high).intoArray(out, 8 * i);
      even.sub(odd).lanewise(ASHR, shift).max(low).min(high).intoArray(out, 8 * (7 - i));
    }
  }

  private static IntVector lower(IntVector a, IntVector b) {
    return LOWER.selectFrom(a, b);
  }

  private static IntVector upper(IntVector a, IntVector b) {
    return UPPER.selectFrom(a, b);
  }

  /// Interleaves rows that are four apart, three times over, which transposes the block.
  private static void transpose(int[] work) {
    IntVector r0 = row(work, 0);
    IntVector r1 = row(work, 1);
    IntVector r2 = row(work, 2);
    IntVector r3 = row(work, 3);
    IntVector r4 = row(work, 4);
    IntVector r5 = row(work, 5);
    IntVector r6 = row(work, 6);
    IntVector r7 = row(work, 7);
    IntVector s0 = lower(r0, r4);
    IntVector s1 = upper(r0, r4);
    IntVector s2 = lower(r1, r5);
    IntVector s3 = upper(r1, r5);
    IntVector s4 = lower(r2, r6);
    IntVector s5 = upper(r2, r6);
    IntVector s6 = lower(r3, r7);
    IntVector s7 = upper(r3, r7);
    IntVector t0 = lower(s0, s4);
    IntVector t1 = upper(s0, s4);
    IntVector t2 = lower(s1, s5);
    IntVector t3 = upper(s1, s5);
    IntVector t4 = lower(s2, s6);
    IntVector t5 = upper(s2, s6);
    IntVector t6 = lower(s3, s7);
    IntVector t7 = upper(s3, s7);
    lower(t0, t4).intoArray(work, 0);
    upper(t0, t4).intoArray(work, 8);
    lower(t1, t5).intoArray(work, 16);
    upper(t1, t5).intoArray(work, 24);
    lower(t2, t6).intoArray(work, 32);
    upper(t2, t6).intoArray(work, 40);
    lower(t3, t7).intoArray(work, 48);
    upper(t3, t7).intoArray(work, 56);
  }

  private static void store(int[] work, short[] out, int at, int stride) {
    for (int i = 0; i < 8; i++) {
      row(work, i)
          .add(128)
          .convertShape(I2S, SHORTS, 0)
          .reinterpretAsShorts()
          .intoArray(out, at + i * stride);
    }
  }
}
