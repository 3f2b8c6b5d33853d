package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.AxisWeights;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ResizeKernels;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;

/// Resizing: rows as vectors where the axis is not the last, single elements where it is. Maxima
/// are in [WindowMaxima].
final class VectorResize implements ResizeKernels {
  private final ParallelFor parallel;
  private final WindowMaxima maxima;

  VectorResize(ParallelFor parallel) {
    this.parallel = parallel;
    this.maxima = new WindowMaxima(parallel);
  }

  @Override
  public void resample(TensorView x, AxisWeights map, TensorView y) {
    int width = x.shape().intDim(2);
    long planes = x.shape().dim(0);
    MemorySegment from = x.segment();
    MemorySegment to = y.segment();
    Chunks.run(
        parallel,
        planes,
        Chunks.rows((long) map.outputs() * width),
        2 * y.shape().numel() * map.taps(),
        (first, count) -> {
          for (long plane = first; plane < first + count; plane++) {
            long xAt = 4 * plane * map.inputs() * width;
            long yAt = 4 * plane * map.outputs() * width;
            if (width == 1) {
              elements(from, xAt, map, to, yAt);
            } else {
              rows(from, xAt, map, to, yAt, width);
            }
          }
        });
  }

  private static void elements(
      MemorySegment x, long xAt, AxisWeights map, MemorySegment y, long yAt) {
    for (int m = 0; m < map.outputs(); m++) {
      float sum = 0;
      for (int k = 0; k < map.taps(); k++) {
        sum = Math.fma(map.weight(m, k), Lanes.get(x, xAt + 4L * map.index(m, k)), sum);
      }
      Lanes.set(y, yAt + 4L * m, sum);
    }
  }

  private static void rows(
      MemorySegment x, long xAt, AxisWeights map, MemorySegment y, long yAt, int width) {
    for (int m = 0; m < map.outputs(); m++) {
      long row = yAt + 4L * m * width;
      RowLoops.fill(y, row, 0f, width);
      for (int k = 0; k < map.taps(); k++) {
        addScaled(x, xAt + 4L * map.index(m, k) * width, map.weight(m, k), y, row, width);
      }
    }
  }

  /// `y += factor · x`.
  private static void addScaled(
      MemorySegment x, long xAt, float factor, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long at = yAt + 4L * i;
      Lanes.store(Lanes.load(x, xAt + 4L * i).fma(Lanes.splat(factor), Lanes.load(y, at)), y, at);
    }
    for (; i < n; i++) {
      long at = yAt + 4L * i;
      Lanes.set(y, at, Math.fma(Lanes.get(x, xAt + 4L * i), factor, Lanes.get(y, at)));
    }
  }

  @Override
  public void maxPool(
      TensorView x, int height, int width, ConvolutionGeometry g, TensorView y, TensorView index) {
    maxima.forward(x, height, width, g, y, index);
  }

  @Override
  public void maxPoolBackward(TensorView dy, TensorView index, TensorView dx) {
    maxima.backward(dy, index, dx);
  }
}
