package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A tensor of given strides over native memory, for tests of kernels.
record NativeView(Shape shape, long[] strides, MemorySegment segment) implements TensorView {
  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public long stride(int axis) {
    return strides[shape.axis(axis)];
  }

  @Override
  public boolean isContiguous() {
    return Arrays.equals(strides, shape.contiguousStrides());
  }

  @Override
  public Storage storage() {
    return Storage.external(segment);
  }
}
