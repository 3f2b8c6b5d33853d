package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.Lanes.ORDER;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import dev.jacquard.tensor.backend.NormKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Normalisations: RMSNorm here, a chunk of rows at a time, and [VectorLayerNorm] and
/// [VectorGroupNorm].
final class VectorNorm implements NormKernels {
  private final ParallelFor parallel;
  private final NativePool pool;
  private final VectorLayerNorm layerNorm;
  private final VectorGroupNorm groupNorm;

  VectorNorm(ParallelFor parallel, NativePool pool) {
    this.parallel = parallel;
    this.pool = pool;
    this.layerNorm = new VectorLayerNorm(parallel, pool);
    this.groupNorm = new VectorGroupNorm(parallel, pool);
  }

  @Override
  public void layerNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd) {
    layerNorm.forward(x, w, b, eps, y, mean, rstd);
  }

  @Override
  public void layerNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db) {
    layerNorm.backward(dy, x, w, mean, rstd, dx, dw, db);
  }

  @Override
  public void groupNorm(
      TensorView x,
      TensorView w,
      TensorView b,
      float eps,
      TensorView y,
      TensorView mean,
      TensorView rstd) {
    groupNorm.forward(x, w, b, eps, y, mean, rstd);
  }

  @Override
  public void groupNormBackward(
      TensorView dy,
      TensorView x,
      TensorView w,
      TensorView mean,
      TensorView rstd,
      TensorView dx,
      TensorView dw,
      TensorView db) {
    groupNorm.backward(dy, x, w, mean, rstd, dx, dw, db);
  }

  @Override
  public void rmsNorm(TensorView x, TensorView w, float eps, TensorView y, TensorView rstd) {
    int width = x.shape().intDim(-1);
    MemorySegment xs = x.segment();
    MemorySegment ws = w.segment();
    MemorySegment ys = y.segment();
    MemorySegment rs = rstd.segment();
    Chunks.run(
        parallel,
        x.shape().rows(),
        Chunks.rows(width),
        3 * x.shape().numel(),
        (from, count) -> forward(xs, ws, eps, ys, rs, from, count, width));
  }

  @Override
  public void rmsNormBackward(
      TensorView dy, TensorView x, TensorView w, TensorView rstd, TensorView dx, TensorView dw) {
    int width = x.shape().intDim(-1);
    long rows = x.shape().rows();
    int size = Chunks.rows(width);
    int chunks = Chunks.count(rows, size);
    MemorySegment dys = dy.segment();
    MemorySegment xs = x.segment();
    MemorySegment ws = w.segment();
    MemorySegment rs = rstd.segment();
    MemorySegment dxs = dx.segment();
    MemorySegment partials = pool.acquire(4L * chunks * width); // [chunks, C], each chunk's dw
    try {
      Chunks.run(
          parallel,
          rows,
          size,
          5 * x.shape().numel(),
          (from, count) -> {
            long partial = from / size * width * 4L;
            backward(dys, xs, ws, rs, dxs, partials, partial, from, count, width);
          });
      addPartials(partials, chunks, dw.segment(), width);
    } finally {
      pool.release(partials);
    }
  }

  private static void forward(
      MemorySegment x,
      MemorySegment w,
      float eps,
      MemorySegment y,
      MemorySegment rstd,
      long from,
      int count,
      int width) {
    for (int i = 0; i < count; i++) {
      long row = from + i;
      long at = 4L * row * width;
      float r = (float) (1 / Math.sqrt(RowLoops.dot(x, at, x, at, width) / width + eps));
      Lanes.set(rstd, 4L * row, r);
      scale(x, at, w, r, y, width);
    }
  }

  private static void backward(
      MemorySegment dy,
      MemorySegment x,
      MemorySegment w,
      MemorySegment rstd,
      MemorySegment dx,
      MemorySegment dw,
      long dwAt,
      long from,
      int count,
      int width) {
    RowLoops.fill(dw, dwAt, 0f, width);
    for (int i = 0; i < count; i++) {
      long row = from + i;
      long at = 4L * row * width;
      float r = Lanes.get(rstd, 4L * row);
      float through = -r * r * r * dot3(dy, x, at, w, width) / width;
      gradients(dy, x, at, w, r, through, dx, dw, dwAt, width);
    }
  }

  /// `dw = Σ partials`, in the order of the chunks.
  private static void addPartials(MemorySegment partials, int chunks, MemorySegment dw, int width) {
    RowLoops.fill(dw, 0, 0f, width);
    for (int chunk = 0; chunk < chunks; chunk++) {
      BinaryLoops.add(dw, 0, partials, 4L * chunk * width, dw, 0, width);
    }
  }

  /// `y = x · r · w`.
  private static void scale(
      MemorySegment x, long at, MemorySegment w, float r, MemorySegment y, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector scaled = Lanes.load(x, at + 4L * i).mul(r);
      Lanes.store(scaled.mul(Lanes.load(w, 4L * i)), y, at + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, at + 4L * i, Lanes.get(x, at + 4L * i) * r * Lanes.get(w, 4L * i));
    }
  }

  /// `Σ dy·w·x`: how much the row's scale matters.
  private static float dot3(MemorySegment dy, MemorySegment x, long at, MemorySegment w, int n) {
    FloatVector acc0 = Lanes.splat(0f);
    FloatVector acc1 = acc0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      long p = at + 4L * i;
      long q = p + 4L * LANES;
      acc0 = Lanes.load(dy, p).mul(Lanes.load(w, 4L * i)).fma(Lanes.load(x, p), acc0);
      acc1 = Lanes.load(dy, q).mul(Lanes.load(w, q - at)).fma(Lanes.load(x, q), acc1);
    }
    if (i <= n - LANES) {
      long p = at + 4L * i;
      acc0 =
          fromMemorySegment(FLOATS, dy, p, ORDER)
              .mul(fromMemorySegment(FLOATS, w, 4L * i, ORDER))
              .fma(fromMemorySegment(FLOATS, x, p, ORDER), acc0);
      i += LANES;
    }
    float sum = Lanes.sum(acc0.add(acc1));
    for (; i < n; i++) {
      sum += Lanes.get(dy, at + 4L * i) * Lanes.get(w, 4L * i) * Lanes.get(x, at + 4L * i);
    }
    return sum;
  }

  /// `dx = r · dy·w + through · x` and `dw += r · dy·x`.
  private static void gradients(
      MemorySegment dy,
      MemorySegment x,
      long at,
      MemorySegment w,
      float r,
      float through,
      MemorySegment dx,
      MemorySegment dw,
      long dwAt,
      int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long p = at + 4L * i;
      FloatVector xv = Lanes.load(x, p);
      FloatVector scaled = Lanes.load(dy, p).mul(r);
      Lanes.store(scaled.fma(Lanes.load(w, 4L * i), xv.mul(through)), dx, p);
      Lanes.store(scaled.fma(xv, Lanes.load(dw, dwAt + 4L * i)), dw, dwAt + 4L * i);
    }
    for (; i < n; i++) {
      long p = at + 4L * i;
      float xv = Lanes.get(x, p);
      float scaled = Lanes.get(dy, p) * r;
      Lanes.set(dx, p, Math.fma(scaled, Lanes.get(w, 4L * i), xv * through));
      Lanes.set(dw, dwAt + 4L * i, Math.fma(scaled, xv, Lanes.get(dw, dwAt + 4L * i)));
    }
  }
}
