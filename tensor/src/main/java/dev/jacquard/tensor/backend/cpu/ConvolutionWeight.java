package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.cpu.BlockedGemm.Matrix;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;

/// Gradient of a convolution's weight: `dw = dy · columnsᵀ` for each group, summed over the pixels
/// of all images.
final class ConvolutionWeight {
  /* A chunk owns a block of dw and adds up the pixels in order, PIXELS at a time, so that the copied block of columns and
   * the rows of dy stay in L2. Pixels run on from image to image, so small images are as good as large ones. */

  private static final int PIXELS = 256;
  private static final int ROWS = 256;
  private static final int TAPS = 192; // whole panels of 64 and of 48
  private static final long PARALLEL_WORK = 500_000;

  private final ParallelFor parallel;
  private final NativePool pool;
  private final MemorySegment dy;
  private final int rows;
  private final int groups;
  private final ConvolutionColumns columns;
  private final MemorySegment dw;
  private final int rowBlocks;
  private final int tapBlocks;

  /// Prepares the product.
  ///
  /// @param dy `[batch, groups · rows, pixels]`
  /// @param dw `[groups · rows, taps]`
  ConvolutionWeight(
      ParallelFor parallel,
      NativePool pool,
      MemorySegment dy,
      int rows,
      int groups,
      ConvolutionColumns columns,
      MemorySegment dw) {
    this.parallel = parallel;
    this.pool = pool;
    this.dy = dy;
    this.rows = rows;
    this.groups = groups;
    this.columns = columns;
    this.dw = dw;
    rowBlocks = (rows + ROWS - 1) / ROWS;
    tapBlocks = (columns.taps() + TAPS - 1) / TAPS;
  }

  void run() {
    int chunks = groups * rowBlocks * tapBlocks;
    if ((long) groups * rows * columns.taps() * columns.columns() >= PARALLEL_WORK) {
      parallel.run(chunks, this::chunk);
    } else {
      for (int chunk = 0; chunk < chunks; chunk++) {
        chunk(chunk);
      }
    }
  }

  private void chunk(int chunk) {
    int k0 = chunk % tapBlocks * TAPS;
    int row0 = chunk / tapBlocks % rowBlocks * ROWS;
    int group = chunk / tapBlocks / rowBlocks;
    int kc = Math.min(TAPS, columns.taps() - k0);
    int count = Math.min(ROWS, rows - row0);
    int step = Math.min(PIXELS, columns.columns());
    long dyAt = 4L * kc * step; // offset behind the columns
    MemorySegment m = pool.acquire(dyAt + 4L * count * step);
    try {
      for (int n0 = 0; n0 < columns.columns(); n0 += step) {
        int n = Math.min(step, columns.columns() - n0);
        columns.copy(group, k0, kc, n0, n, m, 0, 4L * step);
        copyRows((long) group * rows + row0, count, n0, n, m, dyAt, 4L * step);
        Matrix a = new Matrix(m, dyAt, 4L * step, 4);
        Matrix b = new Matrix(m, 0, 4, 4L * step);
        long to = 4L * (((long) group * rows + row0) * columns.taps() + k0);
        Matrix c = new Matrix(dw, to, 4L * columns.taps(), 4);
        new BlockedGemm(parallel, pool, count, kc, n, a, b, c).run(n0 > 0);
      }
    } finally {
      pool.release(m);
    }
  }

  /// Copies columns `n0 .. n0 + n - 1` of rows of `dy`.
  private void copyRows(
      long row, int count, int n0, int n, MemorySegment to, long toAt, long rowBytes) {
    int pixels = columns.pixels();
    for (int done = 0; done < n; ) {
      int image = (n0 + done) / pixels;
      int pixel = (n0 + done) % pixels;
      int run = Math.min(n - done, pixels - pixel);
      for (int r = 0; r < count; r++) {
        long from = 4 * (((long) image * groups * rows + row + r) * pixels + pixel);
        MemorySegment.copy(dy, from, to, toAt + r * rowBytes + 4L * done, 4L * run);
      }
      done += run;
    }
  }
}
