package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// Convolution with few taps and few rows to a group, such as a depthwise one, where a matrix
/// product would compute mostly padding: each row of output pixels is a sum of shifted rows.
final class DirectConvolution {
  /// Up to so many rows of a group, with so many taps, this is the way.
  private static final int MAX_ROWS = 3;

  private static final int MAX_TAPS = 32;

  private final MemorySegment a;
  private final int rows;
  private final int groups;
  private final ConvolutionColumns columns;
  private final MemorySegment y;

  /// Prepares a convolution or the gradient of its weight.
  ///
  /// @param a `[groups · rows, taps]`: the weight, or where its gradient goes
  /// @param y `[batch, groups · rows, pixels]`
  DirectConvolution(
      MemorySegment a, int rows, int groups, ConvolutionColumns columns, MemorySegment y) {
    this.a = a;
    this.rows = rows;
    this.groups = groups;
    this.columns = columns;
    this.y = y;
  }

  static boolean suits(int rows, ConvolutionColumns columns) {
    return rows <= MAX_ROWS && columns.taps() <= MAX_TAPS;
  }

  /// `y = a · columns + bias`.
  void output(ParallelFor parallel, @Nullable MemorySegment bias) {
    long outputs = (long) groups * rows;
    long planes = columns.columns() / columns.pixels() * outputs;
    Chunks.run(
        parallel,
        planes,
        Chunks.rows(columns.pixels()),
        planes * columns.pixels() * columns.taps(),
        (from, count) -> {
          long[] at = new long[columns.taps()];
          for (long plane = from; plane < from + count; plane++) {
            int row = (int) (plane % outputs);
            float start = bias == null ? 0 : Lanes.get(bias, 4L * row);
            plane((int) (plane / outputs), row, start, at);
          }
        });
  }

  private void plane(int image, int row, float start, long[] at) {
    int pixels = columns.pixels();
    long weight = 4L * row * columns.taps();
    long to = 4L * ((long) image * groups * rows + row) * pixels;
    for (int pixel = 0; pixel < pixels; pixel += columns.width()) {
      for (int k = 0; k < at.length; k++) {
        at[k] = columns.at(row / rows, k, image * pixels + pixel);
      }
      row(columns.memory(), at, columns.stepX(), a, weight, start, to + 4L * pixel);
    }
  }

  /// One row of output pixels.
  private void row(
      MemorySegment x, long[] at, int step, MemorySegment w, long weight, float start, long to) {
    int i = 0;
    if (step == 1) {
      for (; i <= columns.width() - LANES; i += LANES) {
        Lanes.store(vector(x, at, 4L * i, w, weight, start), y, to + 4L * i);
      }
    }
    for (; i < columns.width(); i++) {
      Lanes.set(y, to + 4L * i, element(x, at, 4L * i * step, w, weight, start));
    }
  }

  private static FloatVector vector(
      MemorySegment x, long[] at, long shift, MemorySegment w, long weight, float start) {
    FloatVector sum = Lanes.splat(start);
    for (int k = 0; k < at.length; k++) {
      sum = Lanes.load(x, at[k] + shift).fma(Lanes.splat(Lanes.get(w, weight + 4L * k)), sum);
    }
    return sum;
  }

  private static float element(
      MemorySegment x, long[] at, long shift, MemorySegment w, long weight, float start) {
    float sum = start;
    for (int k = 0; k < at.length; k++) {
      sum = Math.fma(Lanes.get(x, at[k] + shift), Lanes.get(w, weight + 4L * k), sum);
    }
    return sum;
  }

  /// `a = Σ y · columnsᵀ`, over the pixels of all images.
  void weight(ParallelFor parallel) {
    long sums = (long) groups * rows * columns.taps();
    Chunks.run(
        parallel,
        sums,
        1,
        sums * columns.columns(),
        (at, _) -> {
          int row = (int) (at / columns.taps());
          Lanes.set(a, 4 * at, correlation(row, (int) (at % columns.taps())));
        });
  }

  private float correlation(int row, int k) {
    float sum = 0;
    for (int n = 0; n < columns.columns(); n += columns.width()) {
      long image = n / columns.pixels();
      long yAt = 4 * ((image * groups * rows + row) * columns.pixels() + n % columns.pixels());
      long xAt = columns.at(row / rows, k, n);
      sum +=
          columns.isDense()
              ? RowLoops.dot(y, yAt, columns.memory(), xAt, columns.width())
              : sparseDot(y, yAt, columns.memory(), xAt, 4L * columns.stepX(), columns.width());
    }
    return sum;
  }

  private static float sparseDot(
      MemorySegment a, long aAt, MemorySegment b, long bAt, long bStep, int n) {
    float sum = 0;
    for (int i = 0; i < n; i++) {
      sum = Math.fma(Lanes.get(a, aAt + 4L * i), Lanes.get(b, bAt + bStep * i), sum);
    }
    return sum;
  }
}
