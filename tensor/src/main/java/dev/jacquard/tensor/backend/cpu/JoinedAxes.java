package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

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
    long[][] strides = new long[views.length][shape.rank()];
    for (int i = 0; i < views.length; i++) {
      for (int axis = 0; axis < shape.rank(); axis++) {
        strides[i][axis] = views[i].stride(axis);
      }
    }
    return of(shape, strides);
  }

  /// Joins the axes of a shape.
  ///
  /// @param all strides of each tensor in elements; overwritten
  static JoinedAxes of(Shape shape, long[]... all) {
    long[] sizes = shape.rank() == 0 ? new long[] {1} : shape.toArray();
    long[][] strides = shape.rank() == 0 ? new long[all.length][1] : all;
    int first = sizes.length; // joined axes stand from here to the end
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      long size = sizes[axis];
      if (first < sizes.length && continues(strides, axis, sizes[first], first)) {
        sizes[first] *= size;
      } else if (size != 1 || (axis == 0 && first == sizes.length)) {
        first--;
        sizes[first] = size;
        for (long[] tensor : strides) {
          tensor[first] = tensor[axis];
        }
      }
    }
    for (int i = 0; i < strides.length; i++) {
      strides[i] = Arrays.copyOfRange(strides[i], first, sizes.length);
    }
    return new JoinedAxes(Arrays.copyOfRange(sizes, first, sizes.length), strides);
  }

  /// Whether in every tensor a step along an axis leads to where the joined axis `first` ends, or
  /// the axis has no steps.
  private static boolean continues(long[][] strides, int axis, long size, int first) {
    for (long[] tensor : strides) {
      if (tensor[axis] != tensor[first] * size) {
        return false;
      }
    }
    return true;
  }

  /// These axes without the row and without the axes for which the condition does not hold; rows
  /// have one element.
  JoinedAxes outer(IntPredicate keep) {
    int[] kept = IntStream.range(0, sizes.length - 1).filter(keep).toArray();
    long[] outerSizes = new long[kept.length + 1];
    long[][] outerStrides = new long[strides.length][kept.length + 1];
    outerSizes[kept.length] = 1;
    for (int i = 0; i < kept.length; i++) {
      outerSizes[i] = sizes[kept[i]];
      for (int tensor = 0; tensor < strides.length; tensor++) {
        outerStrides[tensor][i] = strides[tensor][kept[i]];
      }
    }
    return new JoinedAxes(outerSizes, outerStrides);
  }

  /// Number of axes, the row's included.
  int rank() {
    return sizes.length;
  }

  long size(int axis) {
    return sizes[axis];
  }

  /// Distance in elements between neighbours along an axis of a tensor.
  long stride(int tensor, int axis) {
    return strides[tensor][axis];
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
    long pieces = Chunks.count(width, Chunks.ELEMENTS); // of a row
    int size = pieces > 1 ? 1 : Chunks.rows(width);
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
