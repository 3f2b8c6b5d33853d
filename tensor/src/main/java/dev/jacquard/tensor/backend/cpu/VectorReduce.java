package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ReduceKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Sums and maxima over any axes.
final class VectorReduce implements ReduceKernels {
  /* Seen through joined axes, y has stride 0 where x is reduced. Rows of x are either folded to one number, or, where y
   * has columns of its own, folded into y element by element. Kept axes are shared out among threads, reduced ones run in
   * order, so each element of y is folded in an order that depends on shapes alone. */

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, VectorWidth.FLOATS.vectorShape());
  private static final VectorSpecies<Float> HALF = // as many floats as there are doubles
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.FLOATS.vectorBitSize() / 2));

  private final ParallelFor parallel;
  private final NativePool pool;

  VectorReduce(ParallelFor parallel, NativePool pool) {
    this.parallel = parallel;
    this.pool = pool;
  }

  @Override
  public void sum(TensorView x, TensorView y) {
    reduce(FoldLoops.Fold.SUM, x, y);
  }

  @Override
  public void max(TensorView x, TensorView y) {
    reduce(FoldLoops.Fold.MAX, x, y);
  }

  @Override
  public double sumOfSquares(TensorView x) {
    long numel = x.shape().numel();
    MemorySegment xs = x.segment();
    double[] partials = new double[Chunks.count(numel, Chunks.ELEMENTS)];
    Chunks.run(
        parallel,
        numel,
        Chunks.ELEMENTS,
        numel,
        (from, n) -> partials[(int) (from / Chunks.ELEMENTS)] = squares(xs, 4L * from, n));
    double sum = 0;
    for (double partial : partials) {
      sum += partial;
    }
    return sum;
  }

  private void reduce(FoldLoops.Fold fold, TensorView x, TensorView y) {
    VectorCopy.fillFloats(parallel, y.segment(), y.shape().numel(), fold.start());
    if (x.shape().numel() == 0) {
      return;
    }
    int rank = x.shape().rank();
    long[] xStrides = new long[rank];
    long[] yStrides = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      xStrides[axis] = x.stride(axis);
      yStrides[axis] = y.shape().dim(axis) == 1 ? 0 : y.stride(axis);
    }
    JoinedAxes axes = JoinedAxes.of(x.shape(), xStrides, yStrides);
    JoinedAxes kept = axes.outer(axis -> axes.stride(1, axis) != 0);
    JoinedAxes reduced = axes.outer(axis -> axes.stride(1, axis) == 0);
    if (axes.stride(1) != 0) {
      columns(fold, x.segment(), y.segment(), axes, kept, reduced);
    } else if (kept.rows() == 1) {
      everything(fold, x.segment(), y.segment(), axes);
    } else {
      rows(fold, x.segment(), y.segment(), axes, kept, reduced);
    }
  }

  /// `y` has columns: rows of `x` are folded into it element by element.
  private void columns(
      FoldLoops.Fold fold,
      MemorySegment x,
      MemorySegment y,
      JoinedAxes axes,
      JoinedAxes kept,
      JoinedAxes reduced) {
    int width = Math.toIntExact(axes.width());
    int strip = Chunks.strip(parallel, width);
    int strips = Chunks.count(width, strip);
    long stride = axes.stride(0);
    int size = (int) Math.max(1, Chunks.ELEMENTS / (strip * reduced.rows()));
    Chunks.run(
        parallel,
        kept.rows() * strips,
        size,
        axes.rows() * width,
        (first, count) -> {
          for (long item = first; item < first + count; item++) {
            int column = (int) (item % strips) * strip;
            int n = Math.min(strip, width - column);
            long xAt = 4 * (kept.offset(0, item / strips) + column * stride);
            long yAt = 4 * (kept.offset(1, item / strips) + column);
            for (long row = 0; row < reduced.rows(); row++) {
              FoldLoops.into(fold, x, xAt + 4 * reduced.offset(0, row), stride, y, yAt, n);
            }
          }
        });
  }

  /// Each element of `y` is a row of `x`, or several, folded to one number.
  private void rows(
      FoldLoops.Fold fold,
      MemorySegment x,
      MemorySegment y,
      JoinedAxes axes,
      JoinedAxes kept,
      JoinedAxes reduced) {
    int width = Math.toIntExact(axes.width());
    long stride = axes.stride(0);
    int size = (int) Math.max(1, Chunks.ELEMENTS / (width * reduced.rows()));
    Chunks.run(
        parallel,
        kept.rows(),
        size,
        axes.rows() * width,
        (first, count) -> {
          for (long item = first; item < first + count; item++) {
            long xAt = 4 * kept.offset(0, item);
            float value = fold.start();
            for (long row = 0; row < reduced.rows(); row++) {
              long at = xAt + 4 * reduced.offset(0, row);
              value = fold.of(value, FoldLoops.row(fold, x, at, stride, width));
            }
            Lanes.set(y, 4 * kept.offset(1, item), value);
          }
        });
  }

  /// `y` has one element: pieces of `x` are folded to one number each, then those.
  private void everything(FoldLoops.Fold fold, MemorySegment x, MemorySegment y, JoinedAxes axes) {
    long pieces = Chunks.count(axes.width(), Chunks.ELEMENTS); // of a row
    int partials = Math.toIntExact(axes.rows() * pieces);
    long stride = axes.stride(0);
    MemorySegment scratch = pool.acquire(4L * partials);
    try {
      axes.run(
          parallel,
          1,
          (row, from, n) -> {
            long at = 4 * (axes.offset(0, row) + from * stride);
            float partial = FoldLoops.row(fold, x, at, stride, n);
            Lanes.set(scratch, 4 * (row * pieces + from / Chunks.ELEMENTS), partial);
          });
      Lanes.set(y, 0, FoldLoops.row(fold, scratch, 0, 1, partials));
    } finally {
      pool.release(scratch);
    }
  }

  /// `Σ x²` in f64.
  private static double squares(MemorySegment x, long at, int n) {
    DoubleVector acc0 = DoubleVector.zero(DOUBLES);
    DoubleVector acc1 = acc0;
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      DoubleVector low = widen(x, at + 4L * i);
      DoubleVector high = widen(x, at + 4L * i + 2L * LANES);
      acc0 = low.fma(low, acc0);
      acc1 = high.fma(high, acc1);
    }
    acc0 = acc0.add(acc1);
    double sum = 0;
    for (int lane = 0; lane < LANES / 2; lane++) {
      sum += acc0.lane(lane);
    }
    for (; i < n; i++) {
      double v = Lanes.get(x, at + 4L * i);
      sum += v * v;
    }
    return sum;
  }

  private static DoubleVector widen(MemorySegment x, long offset) {
    FloatVector half = FloatVector.fromMemorySegment(HALF, x, offset, ByteOrder.nativeOrder());
    return (DoubleVector) half.castShape(DOUBLES, 0);
  }
}
