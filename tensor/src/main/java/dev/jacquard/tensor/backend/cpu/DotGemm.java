package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.cpu.BlockedGemm.Matrix;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// One product `C = A · B` or `C += A · B` with few rows in `A` and the columns of `B` contiguous,
/// as scalar products: a step of decoding, where packing the weights would cost more than using
/// them once.
///
/// `B` may be stored in another type. It is then converted in registers, as [StoredDots] says;
/// where that has no kernel, a few columns at a time are converted to memory that stays in the
/// second cache.
final class DotGemm {
  /// Rows from which packing `B` pays.
  private static final int MAX_ROWS = 16;

  /// Rows up to which a stored weight is converted in registers, once for each two or four rows.
  private static final int MAX_DIRECT_ROWS = LANES == 16 ? MAX_ROWS : 8;

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
  private final Matrix b; // unused if the weight is stored
  private final @Nullable StoredRows stored;
  private final Matrix c;

  /// Prepares the product of `a` (`[m, k]`) and `b` (`[k, n]`).
  DotGemm(
      ParallelFor parallel, NativePool pool, int m, int n, int k, Matrix a, Matrix b, Matrix c) {
    this(parallel, pool, m, n, k, a, b, null, c);
  }

  /// Prepares the product of `a` (`[m, k]`) and the transpose of `weight` (`[n, k]`).
  DotGemm(
      ParallelFor parallel,
      NativePool pool,
      int m,
      int n,
      int k,
      Matrix a,
      StoredRows weight,
      Matrix c) {
    this(parallel, pool, m, n, k, a, Matrix.NONE, weight, c);
  }

  private DotGemm(
      ParallelFor parallel,
      NativePool pool,
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      @Nullable StoredRows stored,
      Matrix c) {
    this.parallel = parallel;
    this.pool = pool;
    this.m = m;
    this.n = n;
    this.k = k;
    this.a = a;
    this.b = b;
    this.stored = stored;
    this.c = c;
  }

  /// Whether a product is one for this class.
  static boolean suits(int m, int n, int k, Matrix a, Matrix b) {
    return suits(m, n, k, a) && b.row() == 4;
  }

  /// Whether a product with a stored weight is one for this class.
  static boolean suits(int m, int n, int k, Matrix a) {
    return m <= MAX_ROWS && n >= LANES && k >= LANES && a.column() == 4;
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
            columns(from, to, sums, chunk * DotKernels.SUMS_BYTES, accumulate);
          });
    } finally {
      pool.release(sums);
    }
  }

  /// All rows of the columns of a chunk.
  private void columns(int from, int to, MemorySegment sums, long at, boolean accumulate) {
    if (stored == null) {
      for (int j = from; j < to; j += BLOCK) {
        block(b, j, Math.min(to, j + BLOCK), sums, at, accumulate);
      }
    } else if (m == 1 && StoredDots.suits(stored.type(), k)) {
      oneRow(stored, 0, from, to, sums, at, accumulate);
    } else if (m <= MAX_DIRECT_ROWS && StoredTiles.suitsTwo(stored.type(), k)) {
      int i = 0;
      for (; i < m - 3 && StoredTiles.suitsFour(stored.type(), k); i += 4) {
        severalRows(stored, 4, i, from, to, sums, at, accumulate);
      }
      for (; i < m - 1; i += 2) {
        severalRows(stored, 2, i, from, to, sums, at, accumulate);
      }
      if (m % 2 == 1) {
        oneRow(stored, m - 1, from, to, sums, at, accumulate);
      }
    } else {
      convertedColumns(stored, from, to, sums, at, accumulate);
    }
  }

  private void oneRow(
      StoredRows weight, int i, int from, int to, MemorySegment sums, long at, boolean accumulate) {
    for (int j = from; j < to; j += LANES) {
      int first = Math.min(j, n - LANES);
      StoredDots.dots(a.segment(), a.at(i, 0), weight, first, k, sums, at);
      update(sums, at + 4L * (j - first), c.at(i, j), Math.min(first + LANES, to) - j, accumulate);
    }
  }

  /// Two or four rows.
  private void severalRows(
      StoredRows weight,
      int rows,
      int i,
      int from,
      int to,
      MemorySegment sums,
      long at,
      boolean accumulate) {
    int columns = LANES / rows;
    for (int j = from; j < to; j += columns) {
      int first = Math.min(j, n - columns);
      if (rows == 4) {
        StoredTiles.fourDots(a.segment(), a.at(i, 0), a.row(), weight, first, k, sums, at);
      } else {
        StoredTiles.twoDots(a.segment(), a.at(i, 0), a.row(), weight, first, k, sums, at);
      }
      for (int r = 0; r < rows; r++) {
        long sum = at + 4L * (r * columns + j - first);
        update(sums, sum, c.at(i + r, j), Math.min(first + columns, to) - j, accumulate);
      }
    }
  }

  private void convertedColumns(
      StoredRows weight, int from, int to, MemorySegment sums, long at, boolean accumulate) {
    MemorySegment converted = pool.acquire(4L * BLOCK * k);
    try {
      for (int j = from; j < to; j += BLOCK) {
        int end = Math.min(to, j + BLOCK);
        int first = Math.min(j, n - LANES); // see block()
        weight.unpack(first, end - first, 0, k, converted, 0);
        block(new Matrix(converted, -4L * k * first, 4, 4L * k), j, end, sums, at, accumulate);
      }
    } finally {
      pool.release(converted);
    }
  }

  /// All rows of some columns.
  private void block(Matrix b, int from, int to, MemorySegment sums, long at, boolean accumulate) {
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
