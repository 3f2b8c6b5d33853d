package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.backend.IndexKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;

/// Gathering of rows, and its backward pass, in which each thread adds its columns of all rows, in
/// order.
final class VectorIndex implements IndexKernels {
  private final ParallelFor parallel;

  VectorIndex(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void gatherRows(TensorView table, TensorView ids, TensorView y) {
    int width = table.shape().intDim(1);
    long vocabulary = table.shape().dim(0);
    MemorySegment rows = table.segment();
    MemorySegment idsMemory = ids.segment();
    MemorySegment ys = y.segment();
    Chunks.run(
        parallel,
        ids.shape().numel(),
        Chunks.rows(width),
        y.shape().numel(),
        (from, count) -> {
          for (long n = from; n < from + count; n++) {
            long id = id("gatherRows", idsMemory, n, vocabulary);
            MemorySegment.copy(rows, 4L * width * id, ys, 4L * width * n, 4L * width);
          }
        });
  }

  @Override
  public void scatterAddRows(TensorView dy, TensorView ids, TensorView dTable) {
    int width = dTable.shape().intDim(1);
    long vocabulary = dTable.shape().dim(0);
    long count = ids.shape().numel();
    MemorySegment dys = dy.segment();
    MemorySegment idsMemory = ids.segment();
    MemorySegment rows = dTable.segment();
    long numel = dTable.shape().numel();
    Chunks.run(
        parallel,
        numel,
        Chunks.ELEMENTS,
        numel,
        (from, n) -> RowLoops.fill(rows, 4L * from, 0f, n));
    Chunks.run(
        parallel,
        width,
        Chunks.strip(parallel, width),
        2 * dy.shape().numel(),
        (column, n) -> addStrip(dys, idsMemory, count, rows, vocabulary, width, column, n));
  }

  private static void addStrip(
      MemorySegment dy,
      MemorySegment ids,
      long count,
      MemorySegment rows,
      long vocabulary,
      int width,
      long column,
      int n) {
    for (long i = 0; i < count; i++) {
      long at = 4L * (id("scatterAddRows", ids, i, vocabulary) * width + column);
      BinaryLoops.add(rows, at, dy, 4L * (i * width + column), rows, at, n);
    }
  }

  private static long id(String op, MemorySegment ids, long n, long vocabulary) {
    int id = ids.get(JAVA_INT, 4L * n);
    if (id < 0 || id >= vocabulary) {
      throw new IndexOutOfBoundsException(
          "%s: id out of range; ids[%d] = %d; need 0 <= id < %d".formatted(op, n, id, vocabulary));
    }
    return id;
  }
}
