package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;

/// The largest pixel of each window, and its gradient; planes are shared between threads.
///
/// Windows are small and mostly two pixels apart, so this stays with single elements: a pixel is
/// read once or twice, which the caches hide.
final class WindowMaxima {
  private final ParallelFor parallel;

  WindowMaxima(ParallelFor parallel) {
    this.parallel = parallel;
  }

  /// As [dev.jacquard.tensor.backend.ResizeKernels#maxPool].
  void forward(
      TensorView x, int height, int width, ConvolutionGeometry g, TensorView y, TensorView index) {
    Window window = new Window(x, height, width, g);
    int rows = y.shape().intDim(1);
    int columns = y.shape().intDim(2);
    MemorySegment to = y.segment();
    MemorySegment places = index.segment();
    Chunks.run(
        parallel,
        y.shape().dim(0),
        Chunks.rows((long) rows * columns),
        y.shape().numel() * height * width,
        (first, count) -> {
          for (long plane = first; plane < first + count; plane++) {
            long at = 4 * plane * rows * columns;
            for (int row = 0; row < rows; row++) {
              for (int column = 0; column < columns; column++, at += 4) {
                int place = window.largest(plane, row * g.strideY(), column * g.strideX());
                places.set(JAVA_INT, at, place);
                Lanes.set(to, at, window.pixel(plane, place));
              }
            }
          }
        });
  }

  /// As [dev.jacquard.tensor.backend.ResizeKernels#maxPoolBackward].
  void backward(TensorView dy, TensorView index, TensorView dx) {
    long outputs = dy.shape().dim(1) * dy.shape().dim(2);
    long inputs = dx.shape().dim(1) * dx.shape().dim(2);
    MemorySegment places = index.segment();
    MemorySegment to = dx.segment();
    Chunks.run(
        parallel,
        dx.shape().dim(0),
        Chunks.rows(inputs),
        dx.shape().numel() + dy.shape().numel(),
        (first, count) -> {
          to.asSlice(4 * first * inputs, 4L * count * inputs).fill((byte) 0);
          for (long plane = first; plane < first + count; plane++) {
            for (long i = 0; i < outputs; i++) {
              long at = 4 * (plane * inputs + places.get(JAVA_INT, 4 * (plane * outputs + i)));
              long row = i / dy.shape().dim(2);
              float gradient = pixel(dy, plane, row, i % dy.shape().dim(2));
              Lanes.set(to, at, Lanes.get(to, at) + gradient);
            }
          }
        });
  }

  private static float pixel(TensorView x, long plane, long row, long column) {
    return Lanes.get(
        x.segment(), 4 * (plane * x.stride(0) + row * x.stride(1) + column * x.stride(2)));
  }

  /// A window that moves over planes.
  private record Window(TensorView x, int height, int width, ConvolutionGeometry g) {
    /// The pixel of a window that is largest, the first of equals; one that is no number counts as
    /// larger than all.
    ///
    /// @param top first row of the window in the padded plane
    /// @param left first column
    int largest(long plane, int top, int left) {
      int lastRow = Math.min(x.shape().intDim(1), top - g.top() + height);
      int columns = x.shape().intDim(2);
      int lastColumn = Math.min(columns, left - g.left() + width);
      int best = -1;
      float most = Float.NEGATIVE_INFINITY;
      for (int row = Math.max(0, top - g.top()); row < lastRow; row++) {
        for (int column = Math.max(0, left - g.left()); column < lastColumn; column++) {
          float value = WindowMaxima.pixel(x, plane, row, column);
          if (best < 0 || value > most || Float.isNaN(value)) {
            best = row * columns + column;
            most = value;
          }
        }
      }
      return best;
    }

    float pixel(long plane, int place) {
      int columns = x.shape().intDim(2);
      return WindowMaxima.pixel(x, plane, place / columns, place % columns);
    }
  }
}
