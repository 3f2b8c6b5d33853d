package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;

/// The innermost loops of the matrix product: blocks of `C` that stay in registers while `k` runs.
///
/// `tile = A · B` for 4 or 6 rows of `A` and 1 to 4 vectors of columns of `B`. Whole tiles that are
/// not added to `C` are written there; the caller moves the others.
final class GemmKernels {
  /* 1. Each k costs one load per vector of B and one broadcast per row of A, and feeds rows x vectors multiply-adds. 24
   *    accumulators (32 registers: 6 x 4) or 12 (16 registers: 4 x 3) hide their latency. A panel of B comes out of the
   *    second cache once for each tile, so more rows mean less to fetch: 6 x 4 was measured at 90-96 GFLOP/s where 4 x 4
   *    reached 63-87.
   * 2. More rows stand at the edge of what the JIT compilers take: 8 x 3 exceeds C2's inlining budget by one call, after
   *    which vectors are boxed (6 GFLOP/s instead of 110), and C1's registers. For the same reasons the loops have no
   *    helper methods (each would check the segment's type again), and the update of C is elsewhere.
   * 3. A is read through two strides, so few rows of a tensor need no packing (aStep is one float), and packed panels
   *    run through the same code (aRow is one float). This costs 2 % against constant offsets.
   * 4. Each element of C is one chain of fused multiply-adds over k, whatever kernel computes it, so results do not depend
   *    on how C is cut into tiles. */

  /// Columns of the widest kernel in vectors: 4 where there are 32 vector registers, else 3.
  static final int VECTORS = VectorWidth.REGISTERS >= 32 ? 4 : 3;

  /// Rows of the highest kernel.
  static final int ROWS = VectorWidth.REGISTERS >= 32 ? 6 : 4;

  /// Rows of the lowest kernel: fewer must be padded or read together with rows before them.
  static final int MIN_ROWS = 4;

  /// Rows that are cut into tiles in the same way wherever a block begins, if it begins at a
  /// multiple of this.
  static final int ROW_UNIT = 24;

  /// Up to so many rows tiles have [#MIN_ROWS]: who only draws waits for one kernel to be compiled,
  /// not two (a second of five for the first batch of 16).
  private static final int FEW_ROWS = 32;

  /// Columns of the widest kernel: width of a panel of `B`.
  static final int COLUMNS = VECTORS * LANES;

  /// Bytes of the largest tile.
  static final long TILE_BYTES = 4L * ROWS * COLUMNS;

  private GemmKernels() {}

  /// Height of the tile at row `i` of a matrix with `end` rows: 4 or 6, at most 3 more than there
  /// are.
  static int rowsOfTile(int i, int end) {
    int left = Math.min(end - i, ROW_UNIT - i % ROW_UNIT);
    return ROWS == 6 && end > FEW_ROWS && (left == 6 || left > 8)
        ? 6
        : 4; // 7 and 8 are two tiles of 4
  }

  /// `tile[r, j] = Σ_k a[r, k] · b[k, j]`.
  ///
  /// @param rows 4, or 6 if [#ROWS] is
  /// @param vectors 1 to [#VECTORS]: columns in vectors
  /// @param a holds element `[r, k]` at byte `ao + r · aRow + k · aStep`
  /// @param b holds row `k` at byte `bo + k · bStep`, whole vectors
  /// @param tile `[rows, vectors · lanes]` from byte `to`, rows `toRow` bytes apart, overwritten
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
      long to,
      long toRow) {
    if (rows == 6) {
      GemmSixRows.tile(vectors, a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
    } else {
      GemmFourRows.tile(vectors, a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
    }
  }
}
