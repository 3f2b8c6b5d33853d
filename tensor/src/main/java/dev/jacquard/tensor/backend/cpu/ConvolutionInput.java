package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;

/// Transposed convolution: the gradient of a convolution's input.
///
/// Every input pixel gathers the outputs that it took part in. Pixels whose row and column have the
/// same remainders by the strides gather alike ([ConvolutionPhases]), and their sums form an
/// ordinary convolution of stride 1 with a part of the weights, so nothing is multiplied by zeros
/// that a stride put between outputs.
final class ConvolutionInput {
  private final ParallelFor parallel;
  private final NativePool pool;
  private final VectorConvolution convolution;
  private final TensorView y;
  private final TensorView w;
  private final TensorView x;
  private final int groups;
  private final int channels; // of a group
  private final int outputs; // of a group
  private final int kernelHeight;
  private final int kernelWidth;
  private final ConvolutionPhases rows;
  private final ConvolutionPhases columns;

  ConvolutionInput(
      ParallelFor parallel,
      NativePool pool,
      VectorConvolution convolution,
      TensorView y,
      TensorView w,
      ConvolutionGeometry g,
      TensorView x) {
    this.parallel = parallel;
    this.pool = pool;
    this.convolution = convolution;
    this.y = y;
    this.w = w;
    this.x = x;
    groups = g.groups();
    channels = w.shape().intDim(1);
    outputs = w.shape().intDim(0) / groups;
    kernelHeight = w.shape().intDim(2);
    kernelWidth = w.shape().intDim(3);
    rows = ConvolutionPhases.rows(g, x.shape().intDim(2), kernelHeight);
    columns = ConvolutionPhases.columns(g, x.shape().intDim(3), kernelWidth);
  }

  void run() {
    try (ImagePlanes planes =
        ImagePlanes.of(
            parallel, pool, y, rows.border(), columns.border(), rows.extent(), columns.extent())) {
      for (ConvolutionPhases.Phase row : rows.phases()) {
        for (ConvolutionPhases.Phase column : columns.phases()) {
          phase(planes, row, column);
        }
      }
    }
  }

  private void phase(
      ImagePlanes planes, ConvolutionPhases.Phase row, ConvolutionPhases.Phase column) {
    boolean whole = rows.phases().size() == 1 && columns.phases().size() == 1;
    int met = row.weights().length * column.weights().length;
    long pixels = (long) row.count() * column.count();
    long sums = x.shape().dim(0) * x.shape().dim(1) * pixels;
    MemorySegment weights = pool.acquire(4L * groups * channels * outputs * met);
    MemorySegment result = whole ? x.segment() : pool.acquire(4 * sums);
    try {
      selectWeights(weights, row, column);
      ConvolutionColumns matrix =
          new ConvolutionColumns(
              planes,
              y.shape().intDim(0),
              groups * outputs,
              groups,
              taps(planes, row, column),
              row.count(),
              column.count(),
              1,
              1);
      convolution.multiply(weights, channels, groups, matrix, null, result);
      if (!whole) {
        scatter(result, row, column);
      }
    } finally {
      if (!whole) {
        pool.release(result);
      }
      pool.release(weights);
    }
  }

  /// Where the first pixel's outputs lie, in the order of [#selectWeights].
  private long[] taps(
      ImagePlanes planes, ConvolutionPhases.Phase row, ConvolutionPhases.Phase column) {
    long[] taps = new long[outputs * row.weights().length * column.weights().length];
    int k = 0;
    for (int o = 0; o < outputs; o++) {
      for (int oy : row.starts()) {
        for (int ox : column.starts()) {
          long line = (long) (rows.border() + oy) * planes.width();
          taps[k++] = o * planes.size() + line + columns.border() + ox;
        }
      }
    }
    return taps;
  }

  /// Copies the weights that the phase meets, `[O, C / G, KH, KW]`, to `[C, O / G · met]`.
  private void selectWeights(
      MemorySegment to, ConvolutionPhases.Phase row, ConvolutionPhases.Phase column) {
    int met = row.weights().length * column.weights().length;
    long channel = (long) outputs * met; // weights of one channel
    MemorySegment from = w.segment();
    Chunks.run(
        parallel,
        (long) groups * channels,
        Chunks.rows((long) outputs * met),
        channel * channels * groups * 4,
        (first, count) -> {
          for (long c = first; c < first + count; c++) {
            long group = c / channels;
            long at = 4 * c * channel;
            for (int o = 0; o < outputs; o++) {
              long plane = ((group * outputs + o) * channels + c % channels) * kernelHeight;
              for (int ky : row.weights()) {
                for (int kx : column.weights()) {
                  Lanes.set(to, at, Lanes.get(from, 4 * ((plane + ky) * kernelWidth + kx)));
                  at += 4;
                }
              }
            }
          }
        });
  }

  /// Writes the pixels of a phase to their places.
  private void scatter(
      MemorySegment from, ConvolutionPhases.Phase row, ConvolutionPhases.Phase column) {
    int width = x.shape().intDim(3);
    long height = x.shape().dim(2);
    int strideX = columns.phases().size(); // one phase for each remainder
    int strideY = rows.phases().size();
    MemorySegment to = x.segment();
    long planes = x.shape().dim(0) * x.shape().dim(1);
    Chunks.run(
        parallel,
        planes,
        Chunks.rows((long) row.count() * column.count()),
        4 * planes * row.count() * column.count(),
        (first, count) -> {
          for (long plane = first; plane < first + count; plane++) {
            for (int i = 0; i < row.count(); i++) {
              long line = plane * height + row.first() + (long) i * strideY;
              long at = 4 * (line * width + column.first());
              long source = 4 * (plane * row.count() + i) * column.count();
              spread(from, source, to, at, 4L * strideX, column.count());
            }
          }
        });
  }

  private static void spread(
      MemorySegment from, long source, MemorySegment to, long at, long step, int n) {
    for (int j = 0; j < n; j++) {
      Lanes.set(to, at + step * j, Lanes.get(from, source + 4L * j));
    }
  }
}
