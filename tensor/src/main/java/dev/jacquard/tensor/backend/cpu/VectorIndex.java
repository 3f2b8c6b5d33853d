package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.backend.IndexKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;

/// Gathering of rows and elements, and its backward pass, in which each thread adds its columns of
/// all rows, in order.
final class VectorIndex implements IndexKernels {
  private static final int ELEMENT_WORK = 10; // finding the place of one element

  private final ParallelFor parallel;

  VectorIndex(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void gatherRows(TensorView table, TensorView ids, TensorView y) {
    int width = table.shape().intDim(1);
    long vocabulary = table.shape().dim(0);
    DType type = table.dtype();
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
            ConvertLoops.unpack(type, rows, type.bytes(width * id), ys, 4L * width * n, width);
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

  @Override
  public void gather(TensorView x, TensorView ids, TensorView y) {
    Cells cells = new Cells(ids, x.shape().dim(1));
    MemorySegment xs = x.segment();
    MemorySegment ys = y.segment();
    long outer = x.stride(0);
    long middle = x.stride(1);
    long inner = x.stride(2);
    Chunks.run(
        parallel,
        y.shape().numel(),
        Chunks.ELEMENTS,
        ELEMENT_WORK * y.shape().numel(),
        (from, count) -> {
          for (long n = from; n < from + count; n++) {
            long at = cells.outer(n) * outer + cells.id(n) * middle + cells.inner(n) * inner;
            Lanes.set(ys, 4L * n, Lanes.get(xs, 4L * at));
          }
        });
  }

  /// Each series of the middle axis belongs to one thread, so elements are added in order.
  @Override
  public void scatter(TensorView src, TensorView ids, boolean add, TensorView y) {
    long length = y.shape().dim(1);
    Cells cells = new Cells(ids, length);
    MemorySegment sources = src.segment();
    MemorySegment ys = y.segment();
    long count = src.shape().dim(1);
    long inner = src.shape().dim(2);
    Chunks.run(
        parallel,
        src.shape().dim(0) * inner,
        (int) Math.max(1, Chunks.ELEMENTS / Math.max(1, count)),
        ELEMENT_WORK * src.shape().numel(),
        (first, series) -> {
          for (long j = 0; j < count; j++) {
            for (long item = first; item < first + series; item++) {
              long o = item / inner;
              long i = item % inner;
              long at = 4L * ((o * length + cells.id((o * count + j) * inner + i)) * inner + i);
              long srcAt = 4L * (o * src.stride(0) + j * src.stride(1) + i * src.stride(2));
              float value = Lanes.get(sources, srcAt);
              Lanes.set(ys, at, add ? Lanes.get(ys, at) + value : value);
            }
          }
        });
  }

  /// The elements of an index tensor `[O, J, I]` by number.
  private static final class Cells {
    private final MemorySegment memory;
    private final TensorView ids;
    private final long middleSize;
    private final long innerSize;
    private final long limit;

    Cells(TensorView ids, long limit) {
      this.memory = ids.segment();
      this.ids = ids;
      this.middleSize = ids.shape().dim(1);
      this.innerSize = ids.shape().dim(2);
      this.limit = limit;
    }

    long outer(long n) {
      return n / innerSize / middleSize;
    }

    long inner(long n) {
      return n % innerSize;
    }

    long id(long n) {
      long j = n / innerSize % middleSize;
      long at = outer(n) * ids.stride(0) + j * ids.stride(1) + inner(n) * ids.stride(2);
      int id = memory.get(JAVA_INT, 4L * at);
      if (id < 0 || id >= limit) {
        throw new IndexOutOfBoundsException(
            "gather: index out of range; element %d is %d; need 0 <= index < %d"
                .formatted(n, id, limit));
      }
      return id;
    }
  }
}
