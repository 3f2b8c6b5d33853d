package dev.jacquard.tensor.shape;

import java.util.Arrays;

/// The sizes of a tensor's axes, slowest first. Immutable; `[]` is the shape of a scalar.
public final class Shape {
  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] sizes;
  private final long numel;

  private Shape(long[] sizes) {
    this.sizes = sizes;
    long product = 1;
    for (long size : sizes) {
      if (size < 0) {
        throw new ShapeException("shape: negative size; " + Arrays.toString(sizes));
      }
      product = Math.multiplyExact(product, size);
    }
    this.numel = product;
  }

  /// A shape of the given sizes.
  ///
  /// @param sizes sizes of the axes, slowest first, each `>= 0`
  /// @return the shape
  /// @throws ShapeException if a size is negative
  public static Shape of(long... sizes) {
    return sizes.length == 0 ? SCALAR : new Shape(sizes.clone());
  }

  /// Number of axes.
  ///
  /// @return 0 for a scalar
  public int rank() {
    return sizes.length;
  }

  /// Size of one axis.
  ///
  /// @param axis an axis; negative ones count from the end, so -1 is the last
  /// @return its size
  /// @throws ShapeException if there is no such axis
  public long dim(int axis) {
    return sizes[axis(axis)];
  }

  /// As [#dim(int)], for sizes that must fit an `int`.
  ///
  /// @param axis an axis; negative ones count from the end
  /// @return its size
  /// @throws ShapeException if there is no such axis or its size exceeds `2^31 - 1`
  public int intDim(int axis) {
    long size = dim(axis);
    if (size > Integer.MAX_VALUE) {
      throw new ShapeException("shape: axis " + axis + " of " + this + " is too long for an int");
    }
    return (int) size;
  }

  /// Turns a possibly negative axis into one from 0.
  ///
  /// @param axis in `[-rank, rank)`
  /// @return the same axis in `[0, rank)`
  /// @throws ShapeException if there is no such axis
  public int axis(int axis) {
    int normal = axis < 0 ? axis + sizes.length : axis;
    if (normal < 0 || normal >= sizes.length) {
      throw new ShapeException("shape: no axis " + axis + "; shape " + this);
    }
    return normal;
  }

  /// Size of the last axis.
  ///
  /// @return its size
  /// @throws ShapeException for a scalar
  public long last() {
    return dim(-1);
  }

  /// Number of elements.
  ///
  /// @return the product of the sizes; 1 for a scalar
  public long numel() {
    return numel;
  }

  /// Number of rows if all axes but the last are flattened.
  ///
  /// @return 1 for a vector
  public long rows() {
    return last() == 0 ? dropLast().numel() : numel / last();
  }

  /// This shape without its last axis.
  ///
  /// @return a shape with one axis less
  public Shape dropLast() {
    return new Shape(Arrays.copyOf(sizes, axis(-1)));
  }

  /// This shape with one more axis at the end.
  ///
  /// @param size size of the new last axis
  /// @return a shape with one axis more
  public Shape append(long size) {
    long[] longer = Arrays.copyOf(sizes, sizes.length + 1);
    longer[sizes.length] = size;
    return new Shape(longer);
  }

  /// This shape with one size replaced.
  ///
  /// @param axis an axis; negative ones count from the end
  /// @param size its new size
  /// @return a shape of the same rank
  public Shape with(int axis, long size) {
    long[] changed = sizes.clone();
    changed[axis(axis)] = size;
    return new Shape(changed);
  }

  /// The sizes as an array.
  ///
  /// @return a copy, slowest axis first
  public long[] toArray() {
    return sizes.clone();
  }

  /// Strides in elements of a row-major tensor of this shape.
  ///
  /// @return one stride for each axis
  public long[] contiguousStrides() {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, sizes[i]);
    }
    return strides;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
