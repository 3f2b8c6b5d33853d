package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The register blocks of attention: `C[r, :] = Σ_k A[r, k] · B[k, :]`, 8 rows times 2 vectors or
/// 1.
///
/// All operands lie in one scratch segment and are named by byte offsets. Element `A[r, k]` is at
/// `a + r·aRow + k·aStep`, so one kernel serves both `Pᵀ dO` (steps of `A` adjacent) and `P V`
/// (rows of `A` adjacent).
final class AttentionTile {
  /* 1. Sixteen sums hide the latency of the multiply-add; ten loads for sixteen of them leave the load ports idle a third
   *    of the time.
   * 2. Vector API methods are called directly here and in the other attention kernels, never through helpers of our own:
   *    beyond 18,000 nodes the JIT compiler refuses to inline the helper, and the vector is boxed, but it only postpones
   *    the inlining of the API's methods, which are annotated for it. */

  /// Rows of a tile.
  static final int ROWS = 8;

  static final VectorSpecies<Float> SPECIES = VectorWidth.FLOATS;
  static final int LANES = VectorWidth.LANES;

  /// Columns of the wide tile: the number of queries in a block.
  static final int WIDTH = 2 * LANES;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  private AttentionTile() {}

  /// `C = A B` for 8 rows and all columns of rows of `lanes` floats, a multiple of one vector.
  static void rows(
      MemorySegment m,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      int depth,
      long c,
      long cRow,
      int lanes) {
    int j = 0;
    for (; j <= lanes - WIDTH; j += WIDTH) {
      wide(m, a, aRow, aStep, b + 4L * j, bStep, depth, c + 4L * j, cRow);
    }
    if (j < lanes) {
      narrow(m, a, aRow, aStep, b + 4L * j, bStep, depth, c + 4L * j, cRow);
    }
  }

  /// Two vectors wide.
  static void wide(
      MemorySegment m,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      int depth,
      long c,
      long cRow) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    FloatVector s60 = s00;
    FloatVector s61 = s00;
    FloatVector s70 = s00;
    FloatVector s71 = s00;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, m, b, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, m, b + VECTOR_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a));
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + aRow));
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 2 * aRow));
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 3 * aRow));
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 4 * aRow));
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 5 * aRow));
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 6 * aRow));
      s60 = x.fma(b0, s60);
      s61 = x.fma(b1, s61);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 7 * aRow));
      s70 = x.fma(b0, s70);
      s71 = x.fma(b1, s71);
      a += aStep;
      b += bStep;
    }
    s00.intoMemorySegment(m, c, ORDER);
    s01.intoMemorySegment(m, c + VECTOR_BYTES, ORDER);
    s10.intoMemorySegment(m, c + cRow, ORDER);
    s11.intoMemorySegment(m, c + cRow + VECTOR_BYTES, ORDER);
    s20.intoMemorySegment(m, c + 2 * cRow, ORDER);
    s21.intoMemorySegment(m, c + 2 * cRow + VECTOR_BYTES, ORDER);
    s30.intoMemorySegment(m, c + 3 * cRow, ORDER);
    s31.intoMemorySegment(m, c + 3 * cRow + VECTOR_BYTES, ORDER);
    s40.intoMemorySegment(m, c + 4 * cRow, ORDER);
    s41.intoMemorySegment(m, c + 4 * cRow + VECTOR_BYTES, ORDER);
    s50.intoMemorySegment(m, c + 5 * cRow, ORDER);
    s51.intoMemorySegment(m, c + 5 * cRow + VECTOR_BYTES, ORDER);
    s60.intoMemorySegment(m, c + 6 * cRow, ORDER);
    s61.intoMemorySegment(m, c + 6 * cRow + VECTOR_BYTES, ORDER);
    s70.intoMemorySegment(m, c + 7 * cRow, ORDER);
    s71.intoMemorySegment(m, c + 7 * cRow + VECTOR_BYTES, ORDER);
  }

  /// One vector wide, for the last columns of head sizes that are odd multiples of a vector.
  static void narrow(
      MemorySegment m,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      int depth,
      long c,
      long cRow) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, m, b, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a));
      s0 = x.fma(b0, s0);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + aRow));
      s1 = x.fma(b0, s1);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 2 * aRow));
      s2 = x.fma(b0, s2);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 3 * aRow));
      s3 = x.fma(b0, s3);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 4 * aRow));
      s4 = x.fma(b0, s4);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 5 * aRow));
      s5 = x.fma(b0, s5);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 6 * aRow));
      s6 = x.fma(b0, s6);
      x = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, a + 7 * aRow));
      s7 = x.fma(b0, s7);
      a += aStep;
      b += bStep;
    }
    s0.intoMemorySegment(m, c, ORDER);
    s1.intoMemorySegment(m, c + cRow, ORDER);
    s2.intoMemorySegment(m, c + 2 * cRow, ORDER);
    s3.intoMemorySegment(m, c + 3 * cRow, ORDER);
    s4.intoMemorySegment(m, c + 4 * cRow, ORDER);
    s5.intoMemorySegment(m, c + 5 * cRow, ORDER);
    s6.intoMemorySegment(m, c + 6 * cRow, ORDER);
    s7.intoMemorySegment(m, c + 7 * cRow, ORDER);
  }

  /// `C += T` for 8 rows of `lanes` floats.
  static void add(MemorySegment m, long t, long tRow, long c, long cRow, int lanes) {
    for (int j = 0; j < lanes; j += LANES) {
      addColumn(m, t + 4L * j, tRow, c + 4L * j, cRow);
    }
  }

  private static void addColumn(MemorySegment m, long t, long tRow, long c, long cRow) {
    for (int r = 0; r < ROWS; r++) {
      FloatVector sum =
          FloatVector.fromMemorySegment(SPECIES, m, c, ORDER)
              .add(FloatVector.fromMemorySegment(SPECIES, m, t, ORDER));
      sum.intoMemorySegment(m, c, ORDER);
      t += tRow;
      c += cRow;
    }
  }
}
