package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;

/// Layer normalisation, a chunk of rows at a time.
final class VectorLayerNorm {
  private final ParallelFor parallel;
  private final NativePool pool;

  VectorLayerNorm(ParallelFor parallel, NativePool pool) {
    this.parallel = parallel;
    this.pool = pool;
  }

  void forward(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd) {
    int width = x.shape().intDim(-1);
    MemorySegment xs = x.segment();
    MemorySegment ws = w.segment();
    MemorySegment bs = b.segment();
    MemorySegment ys = y.segment();
    MemorySegment ms = mean.segment();
    MemorySegment rs = rstd.segment();
    Chunks.run(
        parallel,
        x.shape().rows(),
        Chunks.rows(width),
        4 * x.shape().numel(),
        (from, count) -> {
          for (long row = from; row < from + count; row++) {
            long at = 4 * row * width;
            float m = RowLoops.sum(xs, at, width) / width;
            float variance = CenteredLoops.squares(xs, at, m, width) / width;
            float r = (float) (1 / Math.sqrt(variance + eps));
            Lanes.set(ms, 4 * row, m);
            Lanes.set(rs, 4 * row, r);
            CenteredLoops.affine(xs, at, m, r, ws, bs, ys, width);
          }
        });
  }

  void backward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db) {
    int width = x.shape().intDim(-1);
    long rows = x.shape().rows();
    int size = Chunks.rows(width);
    int chunks = Chunks.count(rows, size);
    MemorySegment dys = dy.segment();
    MemorySegment xs = x.segment();
    MemorySegment ws = w.segment();
    MemorySegment ms = mean.segment();
    MemorySegment rs = rstd.segment();
    MemorySegment dxs = dx.segment();
    long chunkBytes = 8L * width; // dw and db of one chunk
    MemorySegment partials = pool.acquire(chunks * chunkBytes);
    try {
      Chunks.run(
          parallel,
          rows,
          size,
          8 * x.shape().numel(),
          (from, count) -> {
            long sums = from / size * chunkBytes;
            RowLoops.fill(partials, sums, 0f, 2 * width);
            for (long row = from; row < from + count; row++) {
              long at = 4 * row * width;
              float m = Lanes.get(ms, 4 * row);
              float r = Lanes.get(rs, 4 * row);
              float shift = -r * RowLoops.dot(dys, at, ws, 0, width) / width;
              float stretch = -r * r * r * CenteredLoops.dot3(dys, xs, at, ws, m, width) / width;
              CenteredLoops.combine(dys, xs, at, ws, m, r, stretch, shift, dxs, width);
              CenteredLoops.accumulate(dys, xs, at, m, r, partials, sums, sums + 4L * width, width);
            }
          });
      addPartials(partials, chunks, chunkBytes, 0, dw.segment(), width);
      addPartials(partials, chunks, chunkBytes, 4L * width, db.segment(), width);
    } finally {
      pool.release(partials);
    }
  }

  /// `to = Σ partials`, in the order of the chunks.
  static void addPartials(
      MemorySegment partials, long count, long step, long offset, MemorySegment to, int width) {
    RowLoops.fill(to, 0, 0f, width);
    for (long i = 0; i < count; i++) {
      BinaryLoops.add(to, 0, partials, i * step + offset, to, 0, width);
    }
  }
}
