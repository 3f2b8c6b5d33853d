package dev.jacquard.tensor.backend.cpu;

/// Cuts items into chunks by size alone and runs them, on all threads if that pays.
final class Chunks {
  /* Starting a parallel loop pays from about 10 us of work, which one thread needs to add 100,000 elements. Whether it
   * starts never changes a result, since the chunks are the same. */

  /// Elements of a chunk: 64 kB of f32.
  static final int ELEMENTS = 16 * 1024;

  /// Work of a function built on one exp, in elements added.
  static final int EXP_WORK = 6;

  private static final long WORK_THAT_PAYS = 100_000;

  private Chunks() {}

  /// What is done with a range of items.
  @FunctionalInterface
  interface Range {
    /// Handles items `from .. from + count - 1`.
    void run(long from, int count);
  }

  /// Runs all items.
  ///
  /// @param items how many there are
  /// @param size items of a chunk, at least 1; must not depend on the number of threads
  /// @param work time of the whole, in elements added
  static void run(ParallelFor parallel, long items, int size, long work, Range body) {
    int chunks = count(items, size);
    if (chunks <= 1 || work < WORK_THAT_PAYS) {
      for (long from = 0; from < items; from += size) {
        body.run(from, (int) Math.min(size, items - from));
      }
      return;
    }
    parallel.run(
        chunks,
        chunk -> {
          long from = (long) chunk * size;
          body.run(from, (int) Math.min(size, items - from));
        });
  }

  /// Number of chunks for so many items.
  static int count(long items, int size) {
    return Math.toIntExact((items + size - 1) / size);
  }

  /// Number of rows of a chunk for rows of a width.
  static int rows(long width) {
    return (int) Math.max(1, ELEMENTS / Math.max(1, width));
  }

  /// Columns of a strip if each column is summed by one thread, in order, so that the width of
  /// strips changes no result: as wide as keeps all threads busy, in whole cache lines.
  static int strip(ParallelFor parallel, int width) {
    int share = (width + parallel.threads() - 1) / parallel.threads();
    return Math.max(64, (share + 15) & -16);
  }
}
