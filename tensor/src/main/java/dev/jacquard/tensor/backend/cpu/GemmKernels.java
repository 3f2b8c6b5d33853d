package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// The innermost loops of the matrix product: blocks of `C` that stay in registers while `k` runs.
///
/// `tile = A · B` for 8 or 4 rows of `A` and 1, 2 or 3 vectors of columns of `B`. The caller moves
/// the tile to `C`.
final class GemmKernels {
  /* 1. Each k costs one load per vector of B and one broadcast per row of A, and feeds rows x vectors multiply-adds. 24
   *    accumulators hide their latency and leave room for B and one broadcast in 32 registers; where vectors have 16
   *    registers (256 and 128 bits), 4 x 3 fills them.
   * 2. A is read through two strides, so rows of a tensor need no packing (aStep is one float) and packed panels of a
   *    transposed A run through the same code (aRow is one float). This costs 2 % against constant offsets and saves the
   *    packing of A, 6 % at 256 columns.
   * 3. The kernels know nothing of C: with the update inside, C2 runs out of inlining budget and boxes vectors, and C1
   *    fails for good (one start in four). One fused multiply-add chain over k for each element of C, whatever kernel
   *    computes it, makes results independent of the cut into tiles. */

  /// Rows of the main kernel: 8 with 32 vector registers (512 bits), else 4.
  static final int ROWS = LANES >= 16 ? 8 : 4;

  /// Rows of the kernel for what is left over.
  static final int SMALL_ROWS = 4;

  /// Columns of the main kernel in vectors.
  static final int VECTORS = 3;

  /// Columns of the main kernel: width of a panel of `B`.
  static final int COLUMNS = VECTORS * LANES;

  /// Bytes of the largest tile.
  static final long TILE_BYTES = 4L * ROWS * COLUMNS;

  private static final long BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private GemmKernels() {}

  /// `tile[r, j] = Σ_k a[r, k] · b[k, j]`.
  ///
  /// @param rows 8 (only if that is [#ROWS]) or 4
  /// @param vectors 1, 2 or 3: columns in vectors
  /// @param a holds element `[r, k]` at byte `ao + r · aRow + k · aStep`
  /// @param b holds row `k` at byte `bo + k · bStep`, whole vectors
  /// @param tile `[rows, vectors · lanes]` from byte `to`, overwritten
  static void tile(
      int rows,
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
      long to) {
    if (rows == 8) {
      switch (vectors) {
        case 3 -> tile8x3(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to);
        case 2 -> tile8x2(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to);
        default -> tile8x1(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to);
      }
    } else {
      switch (vectors) {
        case 3 -> tile4x3(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to);
        case 2 -> tile4x2(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to);
        default -> tile4x1(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to);
      }
    }
  }

  private static void tile8x3(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c02 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c12 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c22 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    FloatVector c32 = FloatVector.zero(FLOATS);
    FloatVector c40 = FloatVector.zero(FLOATS);
    FloatVector c41 = FloatVector.zero(FLOATS);
    FloatVector c42 = FloatVector.zero(FLOATS);
    FloatVector c50 = FloatVector.zero(FLOATS);
    FloatVector c51 = FloatVector.zero(FLOATS);
    FloatVector c52 = FloatVector.zero(FLOATS);
    FloatVector c60 = FloatVector.zero(FLOATS);
    FloatVector c61 = FloatVector.zero(FLOATS);
    FloatVector c62 = FloatVector.zero(FLOATS);
    FloatVector c70 = FloatVector.zero(FLOATS);
    FloatVector c71 = FloatVector.zero(FLOATS);
    FloatVector c72 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = load(b, bo);
      FloatVector b1 = load(b, bo + BYTES);
      FloatVector b2 = load(b, bo + 2 * BYTES);
      FloatVector a0 = broadcast(a, ao);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      FloatVector a1 = broadcast(a, ao + aRow);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      FloatVector a2 = broadcast(a, ao + 2 * aRow);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      FloatVector a3 = broadcast(a, ao + 3 * aRow);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      FloatVector a4 = broadcast(a, ao + 4 * aRow);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      c42 = a4.fma(b2, c42);
      FloatVector a5 = broadcast(a, ao + 5 * aRow);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      c52 = a5.fma(b2, c52);
      FloatVector a6 = broadcast(a, ao + 6 * aRow);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      c62 = a6.fma(b2, c62);
      FloatVector a7 = broadcast(a, ao + 7 * aRow);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      c72 = a7.fma(b2, c72);
      ao += aStep;
      bo += bStep;
    }
    store(c00, tile, to);
    store(c01, tile, to + BYTES);
    store(c02, tile, to + 2 * BYTES);
    store(c10, tile, to + 3 * BYTES);
    store(c11, tile, to + 4 * BYTES);
    store(c12, tile, to + 5 * BYTES);
    store(c20, tile, to + 6 * BYTES);
    store(c21, tile, to + 7 * BYTES);
    store(c22, tile, to + 8 * BYTES);
    store(c30, tile, to + 9 * BYTES);
    store(c31, tile, to + 10 * BYTES);
    store(c32, tile, to + 11 * BYTES);
    store(c40, tile, to + 12 * BYTES);
    store(c41, tile, to + 13 * BYTES);
    store(c42, tile, to + 14 * BYTES);
    store(c50, tile, to + 15 * BYTES);
    store(c51, tile, to + 16 * BYTES);
    store(c52, tile, to + 17 * BYTES);
    store(c60, tile, to + 18 * BYTES);
    store(c61, tile, to + 19 * BYTES);
    store(c62, tile, to + 20 * BYTES);
    store(c70, tile, to + 21 * BYTES);
    store(c71, tile, to + 22 * BYTES);
    store(c72, tile, to + 23 * BYTES);
  }

  private static void tile8x2(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    FloatVector c40 = FloatVector.zero(FLOATS);
    FloatVector c41 = FloatVector.zero(FLOATS);
    FloatVector c50 = FloatVector.zero(FLOATS);
    FloatVector c51 = FloatVector.zero(FLOATS);
    FloatVector c60 = FloatVector.zero(FLOATS);
    FloatVector c61 = FloatVector.zero(FLOATS);
    FloatVector c70 = FloatVector.zero(FLOATS);
    FloatVector c71 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = load(b, bo);
      FloatVector b1 = load(b, bo + BYTES);
      FloatVector a0 = broadcast(a, ao);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = broadcast(a, ao + aRow);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = broadcast(a, ao + 2 * aRow);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = broadcast(a, ao + 3 * aRow);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = broadcast(a, ao + 4 * aRow);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = broadcast(a, ao + 5 * aRow);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = broadcast(a, ao + 6 * aRow);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = broadcast(a, ao + 7 * aRow);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      ao += aStep;
      bo += bStep;
    }
    store(c00, tile, to);
    store(c01, tile, to + BYTES);
    store(c10, tile, to + 2 * BYTES);
    store(c11, tile, to + 3 * BYTES);
    store(c20, tile, to + 4 * BYTES);
    store(c21, tile, to + 5 * BYTES);
    store(c30, tile, to + 6 * BYTES);
    store(c31, tile, to + 7 * BYTES);
    store(c40, tile, to + 8 * BYTES);
    store(c41, tile, to + 9 * BYTES);
    store(c50, tile, to + 10 * BYTES);
    store(c51, tile, to + 11 * BYTES);
    store(c60, tile, to + 12 * BYTES);
    store(c61, tile, to + 13 * BYTES);
    store(c70, tile, to + 14 * BYTES);
    store(c71, tile, to + 15 * BYTES);
  }

  private static void tile8x1(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c40 = FloatVector.zero(FLOATS);
    FloatVector c50 = FloatVector.zero(FLOATS);
    FloatVector c60 = FloatVector.zero(FLOATS);
    FloatVector c70 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = load(b, bo);
      FloatVector a0 = broadcast(a, ao);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = broadcast(a, ao + aRow);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = broadcast(a, ao + 2 * aRow);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = broadcast(a, ao + 3 * aRow);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = broadcast(a, ao + 4 * aRow);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = broadcast(a, ao + 5 * aRow);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = broadcast(a, ao + 6 * aRow);
      c60 = a6.fma(b0, c60);
      FloatVector a7 = broadcast(a, ao + 7 * aRow);
      c70 = a7.fma(b0, c70);
      ao += aStep;
      bo += bStep;
    }
    store(c00, tile, to);
    store(c10, tile, to + BYTES);
    store(c20, tile, to + 2 * BYTES);
    store(c30, tile, to + 3 * BYTES);
    store(c40, tile, to + 4 * BYTES);
    store(c50, tile, to + 5 * BYTES);
    store(c60, tile, to + 6 * BYTES);
    store(c70, tile, to + 7 * BYTES);
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
      long to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c02 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c12 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c22 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    FloatVector c32 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = load(b, bo);
      FloatVector b1 = load(b, bo + BYTES);
      FloatVector b2 = load(b, bo + 2 * BYTES);
      FloatVector a0 = broadcast(a, ao);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      FloatVector a1 = broadcast(a, ao + aRow);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      FloatVector a2 = broadcast(a, ao + 2 * aRow);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      FloatVector a3 = broadcast(a, ao + 3 * aRow);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      ao += aStep;
      bo += bStep;
    }
    store(c00, tile, to);
    store(c01, tile, to + BYTES);
    store(c02, tile, to + 2 * BYTES);
    store(c10, tile, to + 3 * BYTES);
    store(c11, tile, to + 4 * BYTES);
    store(c12, tile, to + 5 * BYTES);
    store(c20, tile, to + 6 * BYTES);
    store(c21, tile, to + 7 * BYTES);
    store(c22, tile, to + 8 * BYTES);
    store(c30, tile, to + 9 * BYTES);
    store(c31, tile, to + 10 * BYTES);
    store(c32, tile, to + 11 * BYTES);
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
      long to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c11 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c21 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    FloatVector c31 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = load(b, bo);
      FloatVector b1 = load(b, bo + BYTES);
      FloatVector a0 = broadcast(a, ao);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = broadcast(a, ao + aRow);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = broadcast(a, ao + 2 * aRow);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = broadcast(a, ao + 3 * aRow);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ao += aStep;
      bo += bStep;
    }
    store(c00, tile, to);
    store(c01, tile, to + BYTES);
    store(c10, tile, to + 2 * BYTES);
    store(c11, tile, to + 3 * BYTES);
    store(c20, tile, to + 4 * BYTES);
    store(c21, tile, to + 5 * BYTES);
    store(c30, tile, to + 6 * BYTES);
    store(c31, tile, to + 7 * BYTES);
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
      long to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c10 = FloatVector.zero(FLOATS);
    FloatVector c20 = FloatVector.zero(FLOATS);
    FloatVector c30 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = load(b, bo);
      FloatVector a0 = broadcast(a, ao);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = broadcast(a, ao + aRow);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = broadcast(a, ao + 2 * aRow);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = broadcast(a, ao + 3 * aRow);
      c30 = a3.fma(b0, c30);
      ao += aStep;
      bo += bStep;
    }
    store(c00, tile, to);
    store(c10, tile, to + BYTES);
    store(c20, tile, to + 2 * BYTES);
    store(c30, tile, to + 3 * BYTES);
  }

  private static FloatVector load(MemorySegment from, long offset) {
    return FloatVector.fromMemorySegment(FLOATS, from, offset, ORDER);
  }

  private static FloatVector broadcast(MemorySegment from, long offset) {
    return FloatVector.broadcast(FLOATS, from.get(ValueLayout.JAVA_FLOAT, offset));
  }

  private static void store(FloatVector v, MemorySegment to, long offset) {
    v.intoMemorySegment(to, offset, ORDER);
  }
}
