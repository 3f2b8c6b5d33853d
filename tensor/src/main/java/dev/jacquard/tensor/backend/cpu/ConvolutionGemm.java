package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.GemmKernels.COLUMNS;
import static dev.jacquard.tensor.backend.cpu.GemmKernels.ROW_UNIT;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.cpu.BlockedGemm.Matrix;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// `y = A · columns` for each group: convolution as a matrix product whose second factor is copied
/// panel by panel out of the images ([ConvolutionColumns]), and never exists as a whole.
///
/// Chetlur et al. 2014 (arXiv:1410.0759), section 3.1.
final class ConvolutionGemm {
  /* 1. A panel of 64 columns and up to KC taps stays in L2 while all rows of A pass. The panel is the packed B of
   *    BlockedGemm, and the register blocks are the same.
   * 2. Columns run on from image to image, so small images fill panels too.
   * 3. Where there are few panels, rows of A are shared out as well, and each share copies its own panel. Cuts depend on
   *    the sizes alone. */

  private static final int KC = 768;
  private static final int MIN_CHUNKS = 16;
  private static final int MIN_SHARE = 64;
  private static final long PARALLEL_WORK = 500_000;

  private final NativePool pool;
  private final Matrix a;
  private final int rows;
  private final int groups;
  private final ConvolutionColumns columns;
  private final @Nullable MemorySegment bias;
  private final MemorySegment y;
  private final int kStep;
  private final int panels;
  private final int rowStep;

  /// Prepares the product.
  ///
  /// @param a `[groups · rows, taps]`, with rows of zeros for each group to have 4
  /// @param bias `[groups · rows]` or null
  /// @param y `[batch, groups · rows, pixels]`
  ConvolutionGemm(
      NativePool pool,
      Matrix a,
      int rows,
      int groups,
      ConvolutionColumns columns,
      @Nullable MemorySegment bias,
      MemorySegment y) {
    this.pool = pool;
    this.a = a;
    this.rows = rows;
    this.groups = groups;
    this.columns = columns;
    this.bias = bias;
    this.y = y;
    int taps = columns.taps();
    int blocks = Math.max(1, (taps + KC - 1) / KC);
    kStep = Math.max(1, (taps + blocks - 1) / blocks);
    panels = (columns.columns() + COLUMNS - 1) / COLUMNS;
    int shares = Math.clamp(MIN_CHUNKS / Math.max(1, groups * panels), 1, 1 + rows / MIN_SHARE);
    rowStep = ((rows + shares - 1) / shares + ROW_UNIT - 1) / ROW_UNIT * ROW_UNIT;
  }

  void run(ParallelFor parallel) {
    int shares = (rows + rowStep - 1) / rowStep;
    int chunks = Math.multiplyExact(groups * shares, panels);
    long work = (long) groups * rows * Math.max(1, columns.taps()) * columns.columns();
    if (work >= PARALLEL_WORK) {
      parallel.run(chunks, chunk -> chunk(chunk / shares, chunk % shares * rowStep));
    } else {
      for (int chunk = 0; chunk < chunks; chunk++) {
        chunk(chunk / shares, chunk % shares * rowStep);
      }
    }
  }

  /// Rows `row0 .. row0 + rowStep - 1` of one panel of one group.
  private void chunk(int groupAndPanel, int row0) {
    int group = groupAndPanel / panels;
    int n0 = groupAndPanel % panels * COLUMNS;
    int count = Math.min(COLUMNS, columns.columns() - n0);
    int end = Math.min(rows, row0 + rowStep);
    int vectors = (count + LANES - 1) / LANES;
    long tile = 4L * kStep * vectors * LANES; // offset behind the panel
    // a vector more: an update may start within a row of the tile and reads whole vectors
    MemorySegment m = pool.acquire(tile + GemmKernels.TILE_BYTES + 4L * LANES);
    try {
      if (bias != null) {
        fillBias(bias, group, row0, end, n0, count);
      }
      for (int k0 = 0; k0 == 0 || k0 < columns.taps(); k0 += kStep) {
        int kc = Math.min(kStep, columns.taps() - k0);
        pack(m, group, k0, kc, n0, count, vectors);
        for (int row = row0; row < end; ) {
          row += rowsOfTile(m, tile, group, row, end, k0, kc, n0, count, vectors);
        }
      }
    } finally {
      pool.release(m);
    }
  }

  private void pack(MemorySegment m, int group, int k0, int kc, int n0, int count, int vectors) {
    long rowBytes = 4L * vectors * LANES;
    if (count < vectors * LANES) {
      for (int k = 0; k < kc; k++) { // the last vector's unused lanes
        RowLoops.fill(m, k * rowBytes + rowBytes - 4L * LANES, 0f, LANES);
      }
    }
    columns.copy(group, k0, kc, n0, count, m, 0, rowBytes);
  }

  /// @return how many rows were done
  private int rowsOfTile(
      MemorySegment m,
      long tile,
      int group,
      int row,
      int end,
      int k0,
      int kc,
      int n0,
      int count,
      int vectors) {
    int height = GemmKernels.rowsOfTile(row, end);
    int first = Math.max(0, Math.min(row, rows - height)); // the last tile looks back
    long rowBytes = 4L * vectors * LANES;
    long from = a.at((long) group * Math.max(GemmKernels.MIN_ROWS, rows) + first, k0);
    int done = row - first;
    int fresh = Math.min(height - done, end - row);
    boolean add = k0 > 0 || bias != null;
    boolean inOneImage = n0 % columns.pixels() + count <= columns.pixels();
    if (!add && fresh == height && count == vectors * LANES && inOneImage) {
      long to = at(group, row, n0);
      long toRow = 4L * columns.pixels();
      GemmKernels.tile(
          height, vectors, a.segment(), from, a.row(), 4, m, 0, rowBytes, kc, y, to, toRow);
      return fresh;
    }
    GemmKernels.tile(
        height, vectors, a.segment(), from, a.row(), 4, m, 0, rowBytes, kc, m, tile, rowBytes);
    for (int j = 0; j < count; ) {
      int n = n0 + j;
      int run = Math.min(count - j, columns.pixels() - n % columns.pixels());
      long piece = tile + done * rowBytes + 4L * j;
      long yRow = 4L * columns.pixels();
      GemmUpdate.update(m, piece, rowBytes, y, at(group, row, n), yRow, fresh, run, add);
      j += run;
    }
    return fresh;
  }

  private void fillBias(MemorySegment values, int group, int row0, int end, int n0, int count) {
    for (int j = 0; j < count; ) {
      int n = n0 + j;
      int run = Math.min(count - j, columns.pixels() - n % columns.pixels());
      for (int row = row0; row < end; row++) {
        float value = Lanes.get(values, 4L * (group * rows + row));
        RowLoops.fill(y, at(group, row, n), value, run);
      }
      j += run;
    }
  }

  /// Byte of `y` at which a row of a group has column `n`.
  private long at(int group, int row, int n) {
    long image = n / columns.pixels();
    long plane = (image * groups + group) * rows + row;
    return 4 * (plane * columns.pixels() + n % columns.pixels());
  }
}
