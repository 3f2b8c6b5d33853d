package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;

/// Views of a tensor around one axis.
final class Axes {
  private Axes() {}

  /// `[O, N, I]`: the axes before an axis joined, the axis, the axes behind it joined.
  static Shape around(Shape shape, int axis) {
    int middle = shape.axis(axis);
    long outer = 1;
    for (int i = 0; i < middle; i++) {
      outer *= shape.dim(i);
    }
    long inner = 1;
    for (int i = middle + 1; i < shape.rank(); i++) {
      inner *= shape.dim(i);
    }
    return Shape.of(outer, shape.dim(middle), inner);
  }

  /// A contiguous `x` seen as `[O, N, I]`, which no tape records.
  static Tensor around(Tensor x, int axis) {
    Shape shape = around(x.shape(), axis);
    return x.strided(0, shape, shape.contiguousStrides());
  }

  /// The shape without one axis.
  static Shape without(Shape shape, int axis) {
    int dropped = shape.axis(axis);
    long[] sizes = new long[shape.rank() - 1];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.dim(i < dropped ? i : i + 1);
    }
    return Shape.of(sizes);
  }
}
