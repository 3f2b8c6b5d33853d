package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;

/// Group normalisation: each group of each image is one run of elements, `channels` planes of
/// `pixels`, with one weight for each plane.
final class VectorGroupNorm {
  private final ParallelFor parallel;
  private final NativePool pool;

  VectorGroupNorm(ParallelFor parallel, NativePool pool) {
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
    int groups = mean.shape().intDim(1);
    int channels = x.shape().intDim(1) / groups;
    int pixels = x.shape().intDim(2);
    int size = Math.multiplyExact(channels, pixels);
    MemorySegment xs = x.segment();
    MemorySegment ws = w.segment();
    MemorySegment bs = b.segment();
    MemorySegment ys = y.segment();
    MemorySegment ms = mean.segment();
    MemorySegment rs = rstd.segment();
    Chunks.run(
        parallel,
        mean.shape().numel(),
        Chunks.rows(size),
        4 * x.shape().numel(),
        (from, count) -> {
          for (long run = from; run < from + count; run++) {
            long at = 4 * run * size;
            float m = RowLoops.sum(xs, at, size) / size;
            float r = (float) (1 / Math.sqrt(CenteredLoops.squares(xs, at, m, size) / size + eps));
            Lanes.set(ms, 4 * run, m);
            Lanes.set(rs, 4 * run, r);
            long weight = 4 * (run % groups) * channels;
            for (int c = 0; c < channels; c++) {
              float factor = r * Lanes.get(ws, weight + 4L * c);
              float summand = Lanes.get(bs, weight + 4L * c);
              CenteredLoops.affine(xs, at + 4L * c * pixels, m, factor, summand, ys, pixels);
            }
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
    int groups = mean.shape().intDim(1);
    int width = x.shape().intDim(1);
    int size = width / groups * x.shape().intDim(2);
    long batch = x.shape().dim(0);
    MemorySegment dys = dy.segment();
    MemorySegment xs = x.segment();
    MemorySegment ws = w.segment();
    MemorySegment ms = mean.segment();
    MemorySegment rs = rstd.segment();
    MemorySegment dxs = dx.segment();
    long dbAt = 4 * batch * width; // offset behind dw
    MemorySegment partials = pool.acquire(2 * dbAt); // dw and db of each image, [B, C]
    try {
      Chunks.run(
          parallel,
          batch * groups,
          Chunks.rows(size),
          6 * x.shape().numel(),
          (from, count) -> {
            for (long run = from; run < from + count; run++) {
              float m = Lanes.get(ms, 4 * run);
              float r = Lanes.get(rs, 4 * run);
              long weight = 4 * (run % groups) * (width / groups);
              long sums = 4 * run * (width / groups);
              run(
                  dys,
                  xs,
                  ws,
                  dxs,
                  partials,
                  4 * run * size,
                  weight,
                  sums,
                  dbAt,
                  m,
                  r,
                  width / groups,
                  size);
            }
          });
      VectorLayerNorm.addPartials(partials, batch, 4L * width, 0, dw.segment(), width);
      VectorLayerNorm.addPartials(partials, batch, 4L * width, dbAt, db.segment(), width);
    } finally {
      pool.release(partials);
    }
  }

  /// One group of one image.
  ///
  /// @param at byte of the run in `dy`, `x` and `dx`
  /// @param weight byte of its first weight
  /// @param dwAt byte of its first sum of `dw` in `sums`; that of `db` lies `dbAt` bytes further
  private static void run(
      MemorySegment dy,
      MemorySegment x,
      MemorySegment w,
      MemorySegment dx,
      MemorySegment sums,
      long at,
      long weight,
      long dwAt,
      long dbAt,
      float m,
      float r,
      int channels,
      int size) {
    int pixels = size / channels;
    float shift = 0;
    float stretch = 0;
    for (int c = 0; c < channels; c++) {
      long plane = at + 4L * c * pixels;
      float sum = RowLoops.sum(dy, plane, pixels);
      float dot = r * CenteredLoops.dot(dy, x, plane, m, pixels);
      Lanes.set(sums, dwAt + 4L * c, dot);
      Lanes.set(sums, dbAt + dwAt + 4L * c, sum);
      float wc = Lanes.get(w, weight + 4L * c);
      shift -= r * wc * sum / size;
      stretch -= r * r * wc * dot / size;
    }
    for (int c = 0; c < channels; c++) {
      float factor = r * Lanes.get(w, weight + 4L * c);
      long plane = at + 4L * c * pixels;
      CenteredLoops.combine(dy, x, plane, m, factor, stretch, shift, dx, pixels);
    }
  }
}
