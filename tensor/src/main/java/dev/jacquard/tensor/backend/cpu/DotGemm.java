package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.cpu.BlockedGemm.Matrix;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One product `C = A · B` or `C += A · B` with few rows in `A` and the columns of `B` contiguous,
/// as scalar products: a step of decoding, where packing the weights would cost more than using
/// them once.
final class DotGemm {
  /// Rows from which packing `B` pays.
  private static final int MAX_ROWS = 16;

  /// Columns done with all rows before the next ones: their `k` numbers each stay in the first
  /// cache.
  private static final int BLOCK = 16;

  /// Multiply-adds of a chunk, about 10 us.
  private static final long CHUNK_WORK = 400_000;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final ParallelFor parallel;
  private final NativePool pool;
  private final int m;
  private final int n;
  private final int k;
  private final Matrix a;
  private final Matrix b;
  private final Matrix c;

  /// Prepares the product of `a` (`[m, k]`) and `b` (`[k, n]`).
  DotGemm(
      ParallelFor parallel, NativePool pool, int m, int n, int k, Matrix a, Matrix b, Matrix c) {
    this.parallel = parallel;
    this.pool = pool;
    this.m = m;
    this.n = n;
    this.k = k;
    this.a = a;
    this.b = b;
    this.c = c;
  }

  /// Whether a product is one for this class.
  static boolean suits(int m, int n, int k, Matrix a, Matrix b) {
    return m <= MAX_ROWS && n >= LANES && k >= LANES && a.column() == 4 && b.row() == 4;
  }

  void run(boolean accumulate) {
    long columns = (CHUNK_WORK / ((long) m * k) / BLOCK + 1) * BLOCK;
    int chunks = Math.toIntExact((n + columns - 1) / columns);
    MemorySegment sums = pool.acquire(chunks * DotKernels.SUMS_BYTES);
    try {
      parallel.run(
          chunks,
          chunk -> {
            int from = Math.toIntExact(chunk * columns);
            int to = Math.toIntExact(Math.min(n, from + columns));
            for (int j = from; j < to; j += BLOCK) {
              block(j, Math.min(to, j + BLOCK), sums, chunk * DotKernels.SUMS_BYTES, accumulate);
            }
          });
    } finally {
      pool.release(sums);
    }
  }

  /// All rows of some columns.
  private void block(int from, int to, MemorySegment sums, long at, boolean accumulate) {
    int rows;
    for (int i = 0; i < m; i += rows) {
      rows = Math.min(Math.max(1, LANES / 4), Integer.highestOneBit(m - i));
      int columns = LANES / rows;
      for (int j = from; j < to; j += columns) {
        int first =
            Math.min(j, n - columns); // the last columns of B are done with some before them
        DotKernels.dots(
            rows,
            a.segment(),
            a.at(i, 0),
            a.row(),
            b.segment(),
            b.at(0, first),
            b.column(),
            k,
            sums,
            at);
        for (int r = 0; r < rows; r++) {
          long sum = at + 4L * (r * columns + j - first);
          update(sums, sum, c.at(i + r, j), Math.min(columns - (j - first), to - j), accumulate);
        }
      }
    }
  }

  private void update(MemorySegment sums, long from, long to, int count, boolean accumulate) {
    for (int j = 0; j < count; j++) {
      float sum = sums.get(FLOAT, from + 4L * j);
      float old = accumulate ? c.segment().get(FLOAT, to + 4L * j) : 0;
      c.segment().set(FLOAT, to + 4L * j, old + sum);
    }
  }
}
