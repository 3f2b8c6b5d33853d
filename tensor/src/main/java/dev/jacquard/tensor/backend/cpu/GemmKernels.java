package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// The innermost loops of the matrix product: blocks of `C` that stay in registers while `k` runs.
///
/// `tile = A · B` for 4 rows of `A` and 1 to 4 vectors of columns of `B`. Whole tiles that are not
/// added to `C` are written there; the caller moves the others.
final class GemmKernels {
  /* 1. Each k costs one load per vector of B and one broadcast per row of A, and feeds rows x vectors multiply-adds. 16
   *    accumulators (512 bits: 4 x 4) or 12 (where there are 16 registers only: 4 x 3) hide their latency.
   * 2. Larger blocks are no faster here and stand at the edge of what the JIT compilers take: 8 x 3 exceeds C2's inlining
   *    budget by one call, after which vectors are boxed (6 GFLOP/s instead of 110), and C1's registers. For the same
   *    reasons the loop has no helper methods (each would check the segment's type again), and the update of C is
   *    elsewhere.
   * 3. A is read through two strides, so rows of a tensor need no packing (aStep is one float), and packed panels of a
   *    transposed A run through the same code (aRow is one float). This costs 2 % against constant offsets and saves the
   *    packing of A.
   * 4. Each element of C is one chain of fused multiply-adds over k, whatever kernel computes it, so results do not depend
   *    on how C is cut into tiles. */

  /// Rows of a tile.
  static final int ROWS = 4;

  /// Columns of the widest kernel in vectors: 4 where there are 32 vector registers, else 3.
  static final int VECTORS = VectorWidth.REGISTERS >= 32 ? 4 : 3;

  /// Columns of the widest kernel: width of a panel of `B`.
  static final int COLUMNS = VECTORS * LANES;

  /// Bytes of the largest tile.
  static final long TILE_BYTES = 4L * ROWS * COLUMNS;

  private static final long BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private GemmKernels() {}

  /// `tile[r, j] = Σ_k a[r, k] · b[k, j]`.
  ///
  /// @param vectors 1 to [#VECTORS]: columns in vectors
  /// @param a holds element `[r, k]` at byte `ao + r · aRow + k · aStep`
  /// @param b holds row `k` at byte `bo + k · bStep`, whole vectors
  /// @param tile `[4, vectors · lanes]` from byte `to`, rows `toRow` bytes apart, overwritten
  static void tile(
      int vectors,
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    switch (vectors) {
      case 4 -> tile4x4(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
      case 3 -> tile4x3(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
      case 2 -> tile4x2(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
      default -> tile4x1(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
    }
  }

  private static void tile4x4(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c13 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c22 = zero;
    FloatVector c23 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c32 = zero;
    FloatVector c33 = zero;
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + BYTES, ORDER);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * BYTES, ORDER);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    c01.intoMemorySegment(tile, to + BYTES, ORDER);
    c02.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    c11.intoMemorySegment(tile, to + BYTES, ORDER);
    c12.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c13.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    c21.intoMemorySegment(tile, to + BYTES, ORDER);
    c22.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c23.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
    c31.intoMemorySegment(tile, to + BYTES, ORDER);
    c32.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c33.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
  }

  private static void tile4x3(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c22 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c32 = zero;
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + BYTES, ORDER);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    c01.intoMemorySegment(tile, to + BYTES, ORDER);
    c02.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    c11.intoMemorySegment(tile, to + BYTES, ORDER);
    c12.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    c21.intoMemorySegment(tile, to + BYTES, ORDER);
    c22.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
    c31.intoMemorySegment(tile, to + BYTES, ORDER);
    c32.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
  }

  private static void tile4x2(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    c01.intoMemorySegment(tile, to + BYTES, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    c11.intoMemorySegment(tile, to + BYTES, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    c21.intoMemorySegment(tile, to + BYTES, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
    c31.intoMemorySegment(tile, to + BYTES, ORDER);
  }

  private static void tile4x1(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c10 = zero;
    FloatVector c20 = zero;
    FloatVector c30 = zero;
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
  }
}
