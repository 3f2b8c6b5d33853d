package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.Lanes.ORDER;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Transposed convolution: the gradient of a convolution's input.
///
/// Every input pixel gathers the outputs that it took part in. Pixels whose row and column have the
/// same remainders by the strides gather alike ([ConvolutionPhases]), and their sums form an
/// ordinary convolution of stride 1 with a part of the weights, so nothing is multiplied by zeros
/// that a stride put between outputs.
final class ConvolutionInput {
  /// Channels whose weights are copied side by side: as many streams are written at once, which a
  /// set of a first-level cache holds.
  private static final int CHANNELS = 8;

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
    int[] met = met(row, column);
    int blocks = (channels + CHANNELS - 1) / CHANNELS;
    Chunks.run(
        parallel,
        (long) groups * blocks,
        1,
        4L * groups * channels * outputs * met.length,
        (first, count) -> {
          for (long i = first; i < first + count; i++) {
            int c0 = (int) (i % blocks) * CHANNELS;
            selectWeights(to, i / blocks, c0, Math.min(channels, c0 + CHANNELS), met);
          }
        });
  }

  /// Weights of neighbouring channels of a group, which lie side by side for each output.
  private void selectWeights(MemorySegment to, long group, int c0, int c1, int[] met) {
    int n = met.length;
    boolean isRun = n > 0 && n <= LANES && met[n - 1] - met[0] == n - 1;
    VectorMask<Float> mask = FLOATS.indexInRange(0, n);
    for (int o = 0; o < outputs; o++) {
      for (int c = c0; c < c1; c++) {
        long from = 4 * ((group * outputs + o) * channels + c) * kernelHeight * kernelWidth;
        long at = 4 * ((group * channels + c) * outputs + o) * n;
        if (isRun) {
          FloatVector.fromMemorySegment(FLOATS, w.segment(), from + 4L * met[0], ORDER, mask)
              .intoMemorySegment(to, at, ORDER, mask);
        } else {
          for (int i = 0; i < n; i++) {
            Lanes.set(to, at + 4L * i, Lanes.get(w.segment(), from + 4L * met[i]));
          }
        }
      }
    }
  }

  /// Places within a window of the weights that the phase meets.
  private int[] met(ConvolutionPhases.Phase row, ConvolutionPhases.Phase column) {
    return Arrays.stream(row.weights())
        .flatMap(ky -> Arrays.stream(column.weights()).map(kx -> ky * kernelWidth + kx))
        .toArray();
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
