package dev.jacquard.tensor.backend;

import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;

/// What kernels see of a tensor: memory, shape, strides and element type.
public interface TensorView extends TensorScope.Owned {
  /// Sizes of the axes.
  ///
  /// @return the shape
  Shape shape();

  /// Type of the elements.
  ///
  /// @return the element type
  DType dtype();

  /// Distance between neighbours along an axis.
  ///
  /// @param axis an axis; negative ones count from the end
  /// @return stride in elements; 0 where the axis is broadcast
  long stride(int axis);

  /// The memory from the first element to the last, in the order of the strides.
  ///
  /// @return a native segment that starts at the element with index 0 on every axis
  /// @throws dev.jacquard.tensor.shape.ScopeException if the memory was given back
  MemorySegment segment();

  /// Where the first element lies, for kernels of a device. The host reads through [#segment],
  /// which waits for the device.
  ///
  /// @return address of the element with index 0 on every axis
  /// @throws dev.jacquard.tensor.shape.ScopeException if the memory was given back
  default long address() {
    return segment().address();
  }

  /// Whether elements lie in row-major order without gaps.
  ///
  /// @return true if strides equal those of [Shape#contiguousStrides()], axes of size 1 aside
  boolean isContiguous();
}
