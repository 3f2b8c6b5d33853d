package dev.jacquard.tensor.io.torch;

import dev.jacquard.tensor.io.StoredType;
import dev.jacquard.tensor.io.TensorEntry;
import java.util.Arrays;

/// How a tensor of a PyTorch file views its storage. Sizes, strides and the offset are not
/// negative, and the last element lies within the storage.
final class TorchTensor {
  private final TorchStorage storage;
  private final StoredType type;
  private final long offset;
  private final long[] shape;
  private final long[] strides;

  /// Describes a tensor.
  ///
  /// @param storage the block
  /// @param type element type
  /// @param offset of the first element, in elements
  /// @param shape sizes of the axes
  /// @param strides in elements, one for each axis; 0 if an axis is expanded
  /// @throws ArithmeticException if something is negative, too large or outside the storage
  TorchTensor(TorchStorage storage, StoredType type, long offset, long[] shape, long[] strides) {
    this.storage = storage;
    this.type = type;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    long elements = TensorEntry.elements(shape);
    type.bytes(elements);
    if (strides.length != shape.length || offset < 0) {
      throw new ArithmeticException(
          "strides %s, offset %d".formatted(Arrays.toString(strides), offset));
    }
    long last = offset;
    for (int axis = 0; axis < shape.length; axis++) {
      if (strides[axis] < 0) {
        throw new ArithmeticException("negative stride " + strides[axis]);
      }
      long steps = Math.max(0, shape[axis] - 1);
      last = Math.addExact(last, Math.multiplyExact(steps, strides[axis]));
    }
    if (elements > 0 && type.bytes(Math.addExact(last, 1)) > storage.bytes()) {
      throw new ArithmeticException(
          "last element %d; storage \"%s\" has %d"
              .formatted(last, storage.key(), storage.elements()));
    }
  }

  TorchStorage storage() {
    return storage;
  }

  StoredType type() {
    return type;
  }

  long offset() {
    return offset;
  }

  long[] shape() {
    return shape.clone();
  }

  long[] strides() {
    return strides.clone();
  }

  long elements() {
    return TensorEntry.elements(shape);
  }

  /// Whether the elements lie side by side in row-major order.
  boolean isContiguous() {
    long expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] != 1 && strides[axis] != expected) {
        return elements() == 0;
      }
      expected *= Math.max(1, shape[axis]);
    }
    return true;
  }
}
