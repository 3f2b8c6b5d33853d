package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ConvolutionKernels;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.backend.cpu.BlockedGemm.Matrix;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Convolution as a matrix product without the matrix.
///
/// Read on in [ConvolutionColumns] (the matrix), [ConvolutionGemm] (the product),
/// [ConvolutionInput] and [ConvolutionWeight] (the gradients), [DirectConvolution] (depthwise).
final class VectorConvolution implements ConvolutionKernels {
  private final ParallelFor parallel;
  private final NativePool pool;

  VectorConvolution(ParallelFor parallel, NativePool pool) {
    this.parallel = parallel;
    this.pool = pool;
  }

  @Override
  public void output(
      TensorView x, TensorView w, @Nullable TensorView bias, ConvolutionGeometry g, TensorView y) {
    if (y.shape().numel() == 0) {
      return;
    }
    try (ImagePlanes planes = planes(x, w, g, y)) {
      int rows = w.shape().intDim(0) / g.groups();
      MemorySegment b = bias == null ? null : bias.segment();
      multiply(w.segment(), rows, g.groups(), columns(planes, x, w, g, y), b, y.segment());
    }
  }

  @Override
  public void input(TensorView y, TensorView w, ConvolutionGeometry g, TensorView x) {
    if (x.shape().numel() > 0) {
      new ConvolutionInput(parallel, pool, this, y, w, g, x).run();
    }
  }

  @Override
  public void weight(TensorView y, TensorView x, ConvolutionGeometry g, TensorView w) {
    if (w.shape().numel() == 0) {
      return;
    }
    if (y.shape().numel() == 0) {
      RowLoops.fill(w.segment(), 0, 0f, Math.toIntExact(w.shape().numel()));
      return;
    }
    try (ImagePlanes planes = planes(x, w, g, y)) {
      ConvolutionColumns columns = columns(planes, x, w, g, y);
      int rows = w.shape().intDim(0) / g.groups();
      if (DirectConvolution.suits(rows, columns)) {
        new DirectConvolution(w.segment(), rows, g.groups(), columns, y.segment()).weight(parallel);
      } else {
        new ConvolutionWeight(parallel, pool, y.segment(), rows, g.groups(), columns, w.segment())
            .run();
      }
    }
  }

  /// The images with the border that the windows reach.
  private ImagePlanes planes(TensorView x, TensorView w, ConvolutionGeometry g, TensorView y) {
    int height = reach(y.shape().intDim(2), g.strideY(), w.shape().intDim(2), g.dilationY());
    int width = reach(y.shape().intDim(3), g.strideX(), w.shape().intDim(3), g.dilationX());
    return ImagePlanes.of(parallel, pool, x, g.top(), g.left(), height, width);
  }

  private static int reach(int outputs, int stride, int kernel, int dilation) {
    return (outputs - 1) * stride + (kernel - 1) * dilation + 1;
  }

  private static ConvolutionColumns columns(
      ImagePlanes planes, TensorView x, TensorView w, ConvolutionGeometry g, TensorView y) {
    int kh = w.shape().intDim(2);
    int kw = w.shape().intDim(3);
    return new ConvolutionColumns(
        planes,
        x.shape().intDim(0),
        x.shape().intDim(1),
        g.groups(),
        ConvolutionColumns.window(
            planes, w.shape().intDim(1), kh, kw, g.dilationY(), g.dilationX()),
        y.shape().intDim(2),
        y.shape().intDim(3),
        g.strideY(),
        g.strideX());
  }

  /// `y = w · columns + bias`, in the way that suits the sizes.
  ///
  /// @param w `[groups · rows, taps]`
  /// @param y `[batch, groups · rows, pixels]`
  void multiply(
      MemorySegment w,
      int rows,
      int groups,
      ConvolutionColumns columns,
      @Nullable MemorySegment bias,
      MemorySegment y) {
    if (DirectConvolution.suits(rows, columns)) {
      new DirectConvolution(w, rows, groups, columns, y).output(parallel, bias);
    } else if (rows >= GemmKernels.MIN_ROWS) {
      gemm(w, rows, groups, columns, bias, y);
    } else {
      MemorySegment padded = padRows(w, rows, groups, 4L * columns.taps());
      try {
        gemm(padded, rows, groups, columns, bias, y);
      } finally {
        pool.release(padded);
      }
    }
  }

  private void gemm(
      MemorySegment w,
      int rows,
      int groups,
      ConvolutionColumns columns,
      @Nullable MemorySegment bias,
      MemorySegment y) {
    Matrix a = new Matrix(w, 0, 4L * columns.taps(), 4);
    new ConvolutionGemm(pool, a, rows, groups, columns, bias, y).run(parallel);
  }

  /// Copies each group's rows to as many as the register block has, the rest zeros.
  private MemorySegment padRows(MemorySegment w, int rows, int groups, long rowBytes) {
    MemorySegment padded = pool.acquire(rowBytes * GemmKernels.MIN_ROWS * groups);
    padded.fill((byte) 0);
    for (int group = 0; group < groups; group++) {
      long to = rowBytes * GemmKernels.MIN_ROWS * group;
      MemorySegment.copy(w, rowBytes * rows * group, padded, to, rowBytes * rows);
    }
    return padded;
  }
}
