package dev.jacquard.tensor.io;

import dev.jacquard.tensor.shape.Shape;

/// One tensor of a checkpoint file, as its header describes it.
///
/// @param name key in the file
/// @param type element type in the file
/// @param shape sizes of the axes
/// @param offsetBytes where its data start, from the start of the file
/// @param sizeBytes size of its data
public record TensorEntry(
    String name, StoredType type, Shape shape, long offsetBytes, long sizeBytes) {

  /// The tensor at a place.
  ///
  /// @param name key in the file
  /// @param type element type in the file
  /// @param shape sizes of the axes, as the file has them
  /// @param offsetBytes where its data start
  /// @return an entry of the size that the shape needs
  /// @throws ArithmeticException if a size is negative, the product exceeds `2^63 - 1`, or rows cut
  ///   a block of the type
  public static TensorEntry of(String name, StoredType type, long[] shape, long offsetBytes) {
    long elements = elements(shape);
    long row = shape.length == 0 ? 1 : shape[shape.length - 1];
    if (row % type.blockElements() != 0) {
      throw new ArithmeticException(
          "rows of %d cut a block of %d".formatted(row, type.blockElements()));
    }
    long bytes = type.bytes(elements);
    return new TensorEntry(name, type, Shape.of(shape), offsetBytes, bytes);
  }

  /// Product of the sizes of a shape from a file.
  ///
  /// @param shape sizes of the axes
  /// @return number of elements
  /// @throws ArithmeticException if a size is negative or the product exceeds `2^63 - 1`; a size of
  ///   0 does not hide the overflow of others
  public static long elements(long... shape) {
    long product = 1;
    boolean isEmpty = false;
    for (long size : shape) {
      if (size < 0) {
        throw new ArithmeticException("negative size " + size);
      }
      product = Math.multiplyExact(product, Math.max(1, size));
      isEmpty |= size == 0;
    }
    return isEmpty ? 0 : product;
  }
}
