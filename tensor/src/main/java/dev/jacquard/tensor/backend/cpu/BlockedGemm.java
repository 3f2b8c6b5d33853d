package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.GemmKernels.COLUMNS;
import static dev.jacquard.tensor.backend.cpu.GemmKernels.MIN_ROWS;
import static dev.jacquard.tensor.backend.cpu.GemmKernels.ROW_UNIT;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One product `C = A · B` or `C += A · B`, cut into blocks that fit the caches (Goto & van de
/// Geijn 2008, "Anatomy of high-performance matrix multiplication", section 4).
///
/// ```text
/// for each NC columns, for each KC of k, for each MC rows (all rows unless A must be packed):
///   in parallel: pack the panels of B, and of A if it is transposed
///   in parallel over blocks of C: for each panel of B, for each few rows of A: tile, update of C
/// ```
///
/// `B` may be the transpose of a weight stored in another type, which is converted while it is
/// packed, or a weight whose panels are kept, which needs no packing.
final class BlockedGemm {
  /* 1. Cuts depend on the sizes alone, the sum over k is never split between threads, and blocks of k are added in
   *    order, so any number of threads gives the same bits.
   * 2. A panel of B (KC x 64 floats) stays in L2 while all rows of a block pass; A's few rows stay in L1.
   * 3. B is packed once and shared, since packing it in each thread costs 3-7 % on two threads.
   * 4. The last rows of A are not padded: the kernel runs on the last 4 or 6, and those that were done before are left
   *    out of the update. */

  private static final int KC = 768;
  private static final int NC = 24 * COLUMNS;
  private static final int MC = 1536;
  private static final int ROW_BLOCK = 3 * ROW_UNIT;

  /// Blocks of `k` begin at multiples of this, so that none cuts a block of a quantised weight.
  private static final int K_UNIT = QuantizedLoops.SIZE;

  /// Blocks of `C` to aim at: enough to share evenly between many threads.
  private static final int CHUNKS = 32;

  /// Multiply-adds below which a region is not worth starting, about 10 us.
  private static final long PARALLEL_WORK = 500_000;

  /// Rows up to which `B` is read in place, if its rows are contiguous: packing would cost more
  /// than it saves.
  private static final int UNPACKED_ROWS = 32;

  private final ParallelFor parallel;
  private final NativePool pool;
  private final int m;
  private final int n;
  private final int k;
  private final Matrix a;
  private final Matrix b; // unused if the weight is stored
  private final @Nullable StoredRows stored;
  private final @Nullable KeptPanels kept;
  private final Matrix c;
  private final boolean packA;
  private final boolean packB;

  /// A matrix in memory; element `[i, j]` lies at byte `offset + i · row + j · column`.
  record Matrix(MemorySegment segment, long offset, long row, long column) {
    /// Stands for `B` where the weight is stored in another type.
    static final Matrix NONE = new Matrix(MemorySegment.NULL, 0, 0, 0);

    long at(long i, long j) {
      return offset + i * row + j * column;
    }
  }

  /// Prepares the product of `a` (`[m, k]`) and `b` (`[k, n]`).
  BlockedGemm(
      ParallelFor parallel, NativePool pool, int m, int n, int k, Matrix a, Matrix b, Matrix c) {
    this(parallel, pool, m, n, k, a, b, null, null, c);
  }

  /// Prepares the product of `a` (`[m, k]`) and the transpose of `weight` (`[n, k]`).
  BlockedGemm(
      ParallelFor parallel,
      NativePool pool,
      int m,
      int n,
      int k,
      Matrix a,
      StoredRows weight,
      Matrix c) {
    this(parallel, pool, m, n, k, a, Matrix.NONE, weight, null, c);
  }

  /// Prepares the product of `a` (`[m, k]`) and the `[k, n]` matrix whose panels are kept.
  BlockedGemm(ParallelFor parallel, NativePool pool, int m, Matrix a, KeptPanels kept, Matrix c) {
    this(parallel, pool, m, kept.n(), kept.k(), a, Matrix.NONE, null, kept, c);
  }

  private BlockedGemm(
      ParallelFor parallel,
      NativePool pool,
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      @Nullable StoredRows stored,
      @Nullable KeptPanels kept,
      Matrix c) {
    this.parallel = parallel;
    this.pool = pool;
    this.m = m;
    this.n = n;
    this.k = k;
    this.a = a;
    this.b = b;
    this.stored = stored;
    this.kept = kept;
    this.c = c;
    packA = a.column != 4 || m < MIN_ROWS;
    packB = b.column != 4 || m > UNPACKED_ROWS || n < COLUMNS;
  }

  // State of the block under way; written between parallel regions only.
  private MemorySegment scratch = MemorySegment.NULL;
  private long scratchA;
  private long scratchTiles;
  private int k0;
  private int kc;
  private int n0;
  private int nc;
  private int m0;
  private int mc;
  private int columnBlock;
  private boolean add;

  void run(boolean accumulate) {
    int kStep = kStep(k);
    int nStep = kept == null ? Math.min(n, NC) : n;
    int mStep = packA ? Math.min(m, MC) : m;
    int tiles = 2 * CHUNKS + mStep / ROW_BLOCK + 1; // no less than chunks() of any part
    scratchA = kept == null ? 4L * kStep * roundUp(nStep, LANES) : 0;
    scratchTiles = scratchA + (packA ? 4L * kStep * roundUp(mStep, ROW_UNIT) : 0);
    scratchTiles = (scratchTiles + 63) & -64L;
    scratch = pool.acquire(scratchTiles + tiles * GemmKernels.TILE_BYTES);
    try {
      for (n0 = 0; n0 < n; n0 += nStep) {
        nc = Math.min(nStep, n - n0);
        for (k0 = 0; k0 < k || k0 == 0; k0 += Math.max(1, kStep)) {
          kc = Math.min(kStep, k - k0);
          add = accumulate || k0 > 0;
          for (m0 = 0; m0 < m; m0 += mStep) {
            mc = Math.min(mStep, m - m0);
            pack();
            multiply();
          }
        }
      }
    } finally {
      pool.release(scratch);
    }
  }

  /// Rows of `B` in a block of `k`.
  static int kStep(int k) {
    int blocks = Math.max(1, (k + KC - 1) / KC);
    return blocks == 1 ? k : Math.toIntExact(roundUp((k + blocks - 1) / blocks, K_UNIT));
  }

  private void pack() {
    int bPanels = m0 == 0 && kept == null ? (nc + COLUMNS - 1) / COLUMNS : 0;
    int aGroups = packA ? (mc + ROW_UNIT - 1) / ROW_UNIT : 0;
    long elements = (long) kc * (bPanels * COLUMNS + aGroups * ROW_UNIT);
    run(
        elements * 10,
        bPanels + aGroups,
        i -> {
          if (i < bPanels) {
            packB(i);
          } else {
            packA((i - bPanels) * ROW_UNIT);
          }
        });
  }

  private void packB(int panel) {
    int j = panel * COLUMNS;
    int columns = Math.min(COLUMNS, nc - j);
    if (readInPlace(columns)) {
      return;
    }
    int vectors = (columns + LANES - 1) / LANES;
    long from = b.at(k0, n0 + j);
    long to = 4L * kc * j;
    if (stored != null) {
      packStored(stored, n0 + j, columns, vectors * LANES, to);
    } else if (b.column == 4) {
      GemmPacking.packRows(b.segment, from, b.row, kc, columns, vectors, scratch, to);
    } else {
      GemmPacking.packColumns(b.segment, from, b.column, kc, columns, vectors * LANES, scratch, to);
    }
  }

  private void packStored(StoredRows weight, int row, int rows, int width, long to) {
    MemorySegment converted = pool.acquire(4L * rows * kc);
    try {
      weight.unpack(row, rows, k0, kc, converted, 0);
      GemmPacking.packColumns(converted, 0, 4L * kc, kc, rows, width, scratch, to);
    } finally {
      pool.release(converted);
    }
  }

  private boolean readInPlace(int columns) {
    return !packB && columns == COLUMNS;
  }

  /// Packs the tiles of a unit of rows, or of what is left.
  private void packA(int from) {
    int end = Math.min(mc, from + ROW_UNIT);
    for (int i = from; i < end; ) {
      int rows = GemmKernels.rowsOfTile(i, mc);
      long at = a.at(firstRow(m0 + i, m0 + mc, rows), k0);
      long to = scratchA + 4L * kc * i;
      if (m < MIN_ROWS) {
        GemmPacking.packFewRows(a.segment, at, a.row, a.column, kc, m, rows, scratch, to);
      } else {
        GemmPacking.packAdjacent(a.segment, at, a.column, kc, rows, scratch, to);
      }
      i += rows;
    }
  }

  /// Row at which a tile starts so that it ends within the matrix.
  private static int firstRow(int i, int end, int rows) {
    return Math.max(0, Math.min(i, end - rows));
  }

  private int chunks(int rows, int columns) {
    int rowBlocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
    int panels = (columns + COLUMNS - 1) / COLUMNS;
    columnBlock = Math.max(1, panels * rowBlocks / CHUNKS);
    return rowBlocks * ((panels + columnBlock - 1) / columnBlock);
  }

  private void multiply() {
    int chunks = chunks(mc, nc);
    int rowBlocks = (mc + ROW_BLOCK - 1) / ROW_BLOCK;
    run((long) mc * nc * kc, chunks, i -> block(i, i % rowBlocks, i / rowBlocks));
  }

  private void run(long work, int chunks, ParallelFor.Chunk body) {
    if (work >= PARALLEL_WORK) {
      parallel.run(chunks, body);
    } else {
      for (int i = 0; i < chunks; i++) {
        body.run(i);
      }
    }
  }

  /// One block of `C`.
  private void block(int chunk, int rowBlock, int columnBlocks) {
    long tile = scratchTiles + chunk * GemmKernels.TILE_BYTES;
    int firstPanel = columnBlocks * columnBlock;
    int lastColumn = Math.min(nc, (firstPanel + columnBlock) * COLUMNS);
    int end = Math.min(mc, (rowBlock + 1) * ROW_BLOCK);
    for (int j = firstPanel * COLUMNS; j < lastColumn; j += COLUMNS) {
      int columns = Math.min(COLUMNS, nc - j);
      for (int i = rowBlock * ROW_BLOCK; i < end; ) {
        i += rowsOfTile(i, end, j, columns, tile);
      }
    }
  }

  /// A few rows of a block, one panel wide.
  ///
  /// @return how many rows were done
  private int rowsOfTile(int i, int end, int j, int columns, long tile) {
    int vectors = (columns + LANES - 1) / LANES;
    MemorySegment bSegment = scratch;
    long bo = 4L * kc * j;
    long bStep = 4L * vectors * LANES;
    if (kept != null) {
      bSegment = kept.segment();
      bo = kept.at(k0, kc, j);
    } else if (readInPlace(columns)) {
      bSegment = b.segment;
      bo = b.at(k0, n0 + j);
      bStep = b.row;
    }
    int rows = GemmKernels.rowsOfTile(i, mc);
    int first = firstRow(m0 + i, m0 + mc, rows);
    int done = m0 + i - first; // rows of the tile that an earlier one has written
    int count = Math.min(rows - done, end - i);
    long at = c.at(m0 + i, n0 + j);
    boolean direct = !add && count == rows && columns == vectors * LANES;
    MemorySegment to = direct ? c.segment : scratch;
    long toAt = direct ? at : tile;
    long toRow = direct ? c.row : 4L * vectors * LANES;
    MemorySegment aSegment = packA ? scratch : a.segment;
    long ao = packA ? scratchA + 4L * kc * i : a.at(first, k0);
    long aRow = packA ? 4 : a.row;
    long aStep = packA ? 4L * rows : 4;
    GemmKernels.tile(
        rows, vectors, aSegment, ao, aRow, aStep, bSegment, bo, bStep, kc, to, toAt, toRow);
    if (!direct) {
      long from = tile + done * toRow;
      GemmUpdate.update(scratch, from, toRow, c.segment, at, c.row, count, columns, add);
    }
    return count;
  }

  static long roundUp(int n, int multiple) {
    return (n + multiple - 1L) / multiple * multiple;
  }
}
