package dev.jacquard.tensor.io;

import java.lang.foreign.MemorySegment;

/// Elements that do not lie in row-major order.
public final class StridedElements {
  private StridedElements() {}

  /// Copies elements into row-major order.
  ///
  /// @param from where they lie
  /// @param offset of the first, in elements
  /// @param shape sizes of the axes
  /// @param strides in elements, one for each axis
  /// @param size of an element in bytes
  /// @param to where they go
  public static void gather(
      MemorySegment from, long offset, long[] shape, long[] strides, int size, MemorySegment to) {
    long[] index = new long[shape.length];
    long at = offset;
    long elements = to.byteSize() / size;
    for (long i = 0; i < elements; i++) {
      MemorySegment.copy(from, at * size, to, i * size, size);
      for (int axis = shape.length - 1; axis >= 0; axis--) { // the next index
        at += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        at -= shape[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  }
}
