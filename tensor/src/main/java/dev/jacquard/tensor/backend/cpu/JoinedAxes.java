package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;

/// The axes of tensors of one shape, joined wherever all tensors run on without a gap, so that
/// kernels see few long rows: contiguous tensors have a single row, a matrix plus a vector one for
/// each row of the matrix. Axes of size 1 vanish.
final class JoinedAxes {
  private final long[] sizes; // slowest first, never empty; the last is the row
  private final long[][] strides; // [tensor][axis], in elements
  private final long rows;

  private JoinedAxes(long[] sizes, long[][] strides) {
    this.sizes = sizes;
    this.strides = strides;
    long product = 1;
    for (int axis = 0; axis < sizes.length - 1; axis++) {
      product *= sizes[axis];
    }
    this.rows = product;
  }

  static JoinedAxes of(TensorView... views) {
    Shape shape = views[0].shape();
    long[] sizes = new long[Math.max(1, shape.rank())];
    long[][] strides = new long[views.length][sizes.length];
    sizes[sizes.length - 1] = 1;
    int first = sizes.length; // axes from here on are in use; filled from the last
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) == 1) {
        continue;
      }
      if (first < sizes.length && continues(views, axis, sizes[first], strides, first)) {
        sizes[first] *= shape.dim(axis);
        continue;
      }
      first--;
      sizes[first] = shape.dim(axis);
      for (int i = 0; i < views.length; i++) {
        strides[i][first] = views[i].stride(axis);
      }
    }
    int from = Math.min(first, sizes.length - 1);
    for (int i = 0; i < views.length; i++) {
      strides[i] = Arrays.copyOfRange(strides[i], from, sizes.length);
    }
    return new JoinedAxes(Arrays.copyOfRange(sizes, from, sizes.length), strides);
  }

  /// Whether a step along the axis is, in every tensor, where the joined axis `first` would come to
  /// after its end.
  private static boolean continues(
      TensorView[] views, int axis, long size, long[][] strides, int first) {
    for (int i = 0; i < views.length; i++) {
      if (views[i].stride(axis) != strides[i][first] * size) {
        return false;
      }
    }
    return true;
  }

  /// Number of rows.
  long rows() {
    return rows;
  }

  /// Elements of a row.
  long width() {
    return sizes[sizes.length - 1];
  }

  /// Distance in elements between neighbours in a row of a tensor.
  long stride(int tensor) {
    return strides[tensor][sizes.length - 1];
  }

  /// Distance in elements from the start of a tensor to that of a row.
  long offset(int tensor, long row) {
    long offset = 0;
    for (int axis = sizes.length - 2; axis >= 0; axis--) {
      offset += row % sizes[axis] * strides[tensor][axis];
      row /= sizes[axis];
    }
    return offset;
  }

  /// What is done with a piece of a row.
  @FunctionalInterface
  interface Piece {
    /// Handles elements `from .. from + n - 1` of a row.
    void run(long row, long from, int n);
  }

  /// Runs all rows, long ones in pieces, short ones several to a chunk.
  ///
  /// @param work time of one element, in elements added
  void run(ParallelFor parallel, int work, Piece body) {
    long width = width();
    long pieces = Math.max(1, (width + Chunks.ELEMENTS - 1) / Chunks.ELEMENTS); // of a row
    int size = pieces > 1 ? 1 : Chunks.rows((int) width);
    Chunks.run(
        parallel,
        rows * pieces,
        size,
        rows * width * work,
        (first, count) -> {
          for (long item = first; item < first + count; item++) {
            long from = item % pieces * Chunks.ELEMENTS;
            body.run(item / pieces, from, (int) Math.min(Chunks.ELEMENTS, width - from));
          }
        });
  }
}
