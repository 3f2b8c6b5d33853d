package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The register blocks of attention: 8 rows times 2 vectors or 1 vector of `C[r, :] = I[r, :] + Σ_k
/// A[r, k] · B[k, :]`.
///
/// All operands lie in one scratch segment and are named by byte offsets. Element `A[r, k]` is at
/// `a + r·aRow + k·aStep`, so one kernel serves both `P V` (rows of `A` adjacent) and `Pᵀ dO`
/// (steps of `A` adjacent). `I` is where the sums start: zeros or a mask with `iRow` of 0 or one
/// row, or `C` itself to accumulate.
final class AttentionTile {
  /* Sixteen sums hide the latency of the multiply-add; ten loads for sixteen of them leave the load ports idle a third of
   * the time. Starting from memory instead of from zero makes accumulation and masking free of a second pass. */

  /// Rows of a tile.
  static final int ROWS = 8;

  static final VectorSpecies<Float> SPECIES = VectorWidth.FLOATS;
  static final int LANES = VectorWidth.LANES;

  /// Columns of the wide tile: the number of queries in a block.
  static final int WIDTH = 2 * LANES;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  private AttentionTile() {}

  /// `C[8, D] = I + A B` for all columns of a row of `lanes` floats, a multiple of one vector.
  static void row(
      MemorySegment m,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      int depth,
      long i,
      long iRow,
      long c,
      long cRow,
      int lanes) {
    int j = 0;
    for (; j <= lanes - WIDTH; j += WIDTH) {
      long at = 4L * j;
      wide(m, a, aRow, aStep, b + at, bStep, depth, i + at, iRow, c + at, cRow);
    }
    if (j < lanes) {
      long at = 4L * j;
      narrow(m, a, aRow, aStep, b + at, bStep, depth, i + at, iRow, c + at, cRow);
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
      long i,
      long iRow,
      long c,
      long cRow) {
    FloatVector s00 = load(m, i);
    FloatVector s01 = load(m, i + VECTOR_BYTES);
    FloatVector s10 = load(m, i + iRow);
    FloatVector s11 = load(m, i + iRow + VECTOR_BYTES);
    FloatVector s20 = load(m, i + 2 * iRow);
    FloatVector s21 = load(m, i + 2 * iRow + VECTOR_BYTES);
    FloatVector s30 = load(m, i + 3 * iRow);
    FloatVector s31 = load(m, i + 3 * iRow + VECTOR_BYTES);
    FloatVector s40 = load(m, i + 4 * iRow);
    FloatVector s41 = load(m, i + 4 * iRow + VECTOR_BYTES);
    FloatVector s50 = load(m, i + 5 * iRow);
    FloatVector s51 = load(m, i + 5 * iRow + VECTOR_BYTES);
    FloatVector s60 = load(m, i + 6 * iRow);
    FloatVector s61 = load(m, i + 6 * iRow + VECTOR_BYTES);
    FloatVector s70 = load(m, i + 7 * iRow);
    FloatVector s71 = load(m, i + 7 * iRow + VECTOR_BYTES);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(m, b);
      FloatVector b1 = load(m, b + VECTOR_BYTES);
      FloatVector x = broadcast(m, a);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = broadcast(m, a + aRow);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = broadcast(m, a + 2 * aRow);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = broadcast(m, a + 3 * aRow);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = broadcast(m, a + 4 * aRow);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = broadcast(m, a + 5 * aRow);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      x = broadcast(m, a + 6 * aRow);
      s60 = x.fma(b0, s60);
      s61 = x.fma(b1, s61);
      x = broadcast(m, a + 7 * aRow);
      s70 = x.fma(b0, s70);
      s71 = x.fma(b1, s71);
      a += aStep;
      b += bStep;
    }
    store(m, c, s00);
    store(m, c + VECTOR_BYTES, s01);
    store(m, c + cRow, s10);
    store(m, c + cRow + VECTOR_BYTES, s11);
    store(m, c + 2 * cRow, s20);
    store(m, c + 2 * cRow + VECTOR_BYTES, s21);
    store(m, c + 3 * cRow, s30);
    store(m, c + 3 * cRow + VECTOR_BYTES, s31);
    store(m, c + 4 * cRow, s40);
    store(m, c + 4 * cRow + VECTOR_BYTES, s41);
    store(m, c + 5 * cRow, s50);
    store(m, c + 5 * cRow + VECTOR_BYTES, s51);
    store(m, c + 6 * cRow, s60);
    store(m, c + 6 * cRow + VECTOR_BYTES, s61);
    store(m, c + 7 * cRow, s70);
    store(m, c + 7 * cRow + VECTOR_BYTES, s71);
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
      long i,
      long iRow,
      long c,
      long cRow) {
    FloatVector s0 = load(m, i);
    FloatVector s1 = load(m, i + iRow);
    FloatVector s2 = load(m, i + 2 * iRow);
    FloatVector s3 = load(m, i + 3 * iRow);
    FloatVector s4 = load(m, i + 4 * iRow);
    FloatVector s5 = load(m, i + 5 * iRow);
    FloatVector s6 = load(m, i + 6 * iRow);
    FloatVector s7 = load(m, i + 7 * iRow);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = load(m, b);
      s0 = broadcast(m, a).fma(b0, s0);
      s1 = broadcast(m, a + aRow).fma(b0, s1);
      s2 = broadcast(m, a + 2 * aRow).fma(b0, s2);
      s3 = broadcast(m, a + 3 * aRow).fma(b0, s3);
      s4 = broadcast(m, a + 4 * aRow).fma(b0, s4);
      s5 = broadcast(m, a + 5 * aRow).fma(b0, s5);
      s6 = broadcast(m, a + 6 * aRow).fma(b0, s6);
      s7 = broadcast(m, a + 7 * aRow).fma(b0, s7);
      a += aStep;
      b += bStep;
    }
    store(m, c, s0);
    store(m, c + cRow, s1);
    store(m, c + 2 * cRow, s2);
    store(m, c + 3 * cRow, s3);
    store(m, c + 4 * cRow, s4);
    store(m, c + 5 * cRow, s5);
    store(m, c + 6 * cRow, s6);
    store(m, c + 7 * cRow, s7);
  }

  static FloatVector load(MemorySegment m, long at) {
    return FloatVector.fromMemorySegment(SPECIES, m, at, ORDER);
  }

  static void store(MemorySegment m, long at, FloatVector x) {
    x.intoMemorySegment(m, at, ORDER);
  }

  static FloatVector broadcast(MemorySegment m, long at) {
    return FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, at));
  }
}
