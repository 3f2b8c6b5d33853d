package dev.jacquard.jpeg.dct;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Exchanges rows and columns of a block with vectors.
final class Transposition {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;

  // which lanes of two rows end up in the lower and in the upper half when they are interleaved
  private static final IntVector LOWER =
      IntVector.fromArray(INTS, new int[] {0, 8, 1, 9, 2, 10, 3, 11}, 0);
  private static final IntVector UPPER =
      IntVector.fromArray(INTS, new int[] {4, 12, 5, 13, 6, 14, 7, 15}, 0);

  private Transposition() {}

  /// Interleaves rows that are four apart, three times over, which transposes the block.
  static void transpose(int[] work) {
    IntVector r0 = IntVector.fromArray(INTS, work, 0);
    IntVector r1 = IntVector.fromArray(INTS, work, 8);
    IntVector r2 = IntVector.fromArray(INTS, work, 16);
    IntVector r3 = IntVector.fromArray(INTS, work, 24);
    IntVector r4 = IntVector.fromArray(INTS, work, 32);
    IntVector r5 = IntVector.fromArray(INTS, work, 40);
    IntVector r6 = IntVector.fromArray(INTS, work, 48);
    IntVector r7 = IntVector.fromArray(INTS, work, 56);
    IntVector s0 = LOWER.selectFrom(r0, r4);
    IntVector s1 = UPPER.selectFrom(r0, r4);
    IntVector s2 = LOWER.selectFrom(r1, r5);
    IntVector s3 = UPPER.selectFrom(r1, r5);
    IntVector s4 = LOWER.selectFrom(r2, r6);
    IntVector s5 = UPPER.selectFrom(r2, r6);
    IntVector s6 = LOWER.selectFrom(r3, r7);
    IntVector s7 = UPPER.selectFrom(r3, r7);
    IntVector t0 = LOWER.selectFrom(s0, s4);
    IntVector t1 = UPPER.selectFrom(s0, s4);
    IntVector t2 = LOWER.selectFrom(s1, s5);
    IntVector t3 = UPPER.selectFrom(s1, s5);
    IntVector t4 = LOWER.selectFrom(s2, s6);
    IntVector t5 = UPPER.selectFrom(s2, s6);
    IntVector t6 = LOWER.selectFrom(s3, s7);
    IntVector t7 = UPPER.selectFrom(s3, s7);
    LOWER.selectFrom(t0, t4).intoArray(work, 0);
    UPPER.selectFrom(t0, t4).intoArray(work, 8);
    LOWER.selectFrom(t1, t5).intoArray(work, 16);
    UPPER.selectFrom(t1, t5).intoArray(work, 24);
    LOWER.selectFrom(t2, t6).intoArray(work, 32);
    UPPER.selectFrom(t2, t6).intoArray(work, 40);
    LOWER.selectFrom(t3, t7).intoArray(work, 48);
    UPPER.selectFrom(t3, t7).intoArray(work, 56);
  }
}
