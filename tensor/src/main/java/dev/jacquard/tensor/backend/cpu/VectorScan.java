package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ScanKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Recurrences. Series that lie side by side advance together, a vector of them at a time; a series
/// that lies along a row runs element by element.
final class VectorScan implements ScanKernels {
  private static final int STEP_WORK = 4; // a step waits for the one before

  private final ParallelFor parallel;

  VectorScan(ParallelFor parallel) {
    this.parallel = parallel;
  }

  @Override
  public void recurrence(TensorView a, TensorView b, float initial, boolean reverse, TensorView y) {
    int length = y.shape().intDim(1);
    int inner = y.shape().intDim(2);
    int strip = Math.min(Chunks.ELEMENTS, Math.max(1, inner));
    int strips = Chunks.count(inner, strip);
    Input as = new Input(a.segment(), a.stride(0), a.stride(1), a.stride(2));
    Input bs = new Input(b.segment(), b.stride(0), b.stride(1), b.stride(2));
    MemorySegment ys = y.segment();
    Chunks.run(
        parallel,
        y.shape().dim(0) * strips,
        Chunks.rows((long) length * strip),
        STEP_WORK * y.shape().numel(),
        (first, count) -> {
          for (long item = first; item < first + count; item++) {
            long outer = item / strips;
            int column = (int) (item % strips) * strip;
            int width = Math.min(strip, inner - column);
            series(as, bs, initial, reverse, ys, outer, column, width, length, inner);
          }
        });
  }

  /// An operand with its strides in elements.
  private record Input(MemorySegment memory, long outer, long step, long inner) {
    /// Byte offset of `[o, n, i]`.
    long at(long o, long n, long i) {
      return 4 * (o * outer + n * step + i * inner);
    }
  }

  /// Runs `width` neighbouring series.
  private static void series(
      Input a,
      Input b,
      float initial,
      boolean reverse,
      MemorySegment y,
      long outer,
      int column,
      int width,
      int length,
      int inner) {
    boolean hasNoGaps = a.inner() == 1 && b.inner() == 1;
    long before = -1; // byte offset of the step before; none yet
    for (int step = 0; step < length; step++) {
      int n = reverse ? length - 1 - step : step;
      long yAt = 4L * ((outer * length + n) * inner + column);
      long aAt = a.at(outer, n, column);
      long bAt = b.at(outer, n, column);
      if (before < 0) {
        RowLoops.fill(y, yAt, initial, width); // stands in for the step before
        before = yAt;
      }
      if (hasNoGaps) {
        advance(a.memory(), aAt, b.memory(), bAt, y, before, yAt, width);
      } else {
        long aStep = 4 * a.inner();
        long bStep = 4 * b.inner();
        advance(a.memory(), aAt, aStep, b.memory(), bAt, bStep, y, before, yAt, width);
      }
      before = yAt;
    }
  }

  /// `y[n] = a[n] · y[n-1] + b[n]` without gaps.
  private static void advance(
      MemorySegment a,
      long aAt,
      MemorySegment b,
      long bAt,
      MemorySegment y,
      long before,
      long yAt,
      int width) {
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector factor = Lanes.load(a, aAt + 4L * i);
      FloatVector last = Lanes.load(y, before + 4L * i);
      Lanes.store(factor.fma(last, Lanes.load(b, bAt + 4L * i)), y, yAt + 4L * i);
    }
    advance(a, aAt + 4L * i, 4, b, bAt + 4L * i, 4, y, before + 4L * i, yAt + 4L * i, width - i);
  }

  /// `y[n] = a[n] · y[n-1] + b[n]` with any steps.
  private static void advance(
      MemorySegment a,
      long aAt,
      long aStep,
      MemorySegment b,
      long bAt,
      long bStep,
      MemorySegment y,
      long before,
      long yAt,
      int width) {
    for (int i = 0; i < width; i++) {
      float factor = Lanes.get(a, aAt + aStep * i);
      float last = Lanes.get(y, before + 4L * i);
      Lanes.set(y, yAt + 4L * i, Math.fma(factor, last, Lanes.get(b, bAt + bStep * i)));
    }
  }
}
