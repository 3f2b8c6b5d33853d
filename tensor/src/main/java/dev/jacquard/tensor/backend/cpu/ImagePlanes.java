package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;

/// The planes of `[B, C, H, W]` images one after the other, with a border of zeros where a window
/// would leave them, so that kernels need no conditions. Without a border they lie where they were.
final class ImagePlanes implements AutoCloseable {
  private final NativePool pool;
  private final MemorySegment memory;
  private final int height;
  private final int width;
  private final boolean copied;

  private ImagePlanes(
      NativePool pool, MemorySegment memory, int height, int width, boolean copied) {
    this.pool = pool;
    this.memory = memory;
    this.height = height;
    this.width = width;
    this.copied = copied;
  }

  /// Puts a border around images.
  ///
  /// @param x `[B, C, H, W]`, contiguous
  /// @param top rows of zeros above
  /// @param left columns of zeros on the left
  /// @param height rows that will be read, those above included; may be less than there are
  /// @param width columns that will be read
  static ImagePlanes of(
      ParallelFor parallel,
      NativePool pool,
      TensorView x,
      int top,
      int left,
      int height,
      int width) {
    int h = x.shape().intDim(2);
    int w = x.shape().intDim(3);
    if (top == 0 && left == 0 && height <= h && width <= w) {
      return new ImagePlanes(pool, x.segment(), h, w, false);
    }
    long planes = x.shape().dim(0) * x.shape().dim(1);
    long plane = (long) height * width;
    MemorySegment to = pool.acquire(4 * planes * plane);
    MemorySegment from = x.segment();
    int rows = Math.min(h, height - top); // not positive if only the border is read
    int columns = Math.max(0, Math.min(w, width - left));
    Chunks.run(
        parallel,
        planes,
        Chunks.rows((long) height * width),
        2 * planes * plane,
        (first, count) -> {
          for (long p = first; p < first + count; p++) {
            RowLoops.fill(to, 4 * p * plane, 0f, height * width);
            for (int r = 0; r < rows; r++) {
              long at = 4 * (p * plane + (long) (top + r) * width + left);
              MemorySegment.copy(from, 4 * (p * h + r) * w, to, at, 4L * columns);
            }
          }
        });
    return new ImagePlanes(pool, to, height, width, true);
  }

  MemorySegment memory() {
    return memory;
  }

  /// Columns of a plane, the border included.
  int width() {
    return width;
  }

  /// Elements of a plane, the border included.
  long size() {
    return (long) height * width;
  }

  @Override
  public void close() {
    if (copied) {
      pool.release(memory);
    }
  }
}
