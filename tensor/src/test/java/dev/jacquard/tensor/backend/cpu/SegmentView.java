package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.memory.Storage;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/// The smallest [TensorView] for kernel tests: an f32 tensor whose rows may have gaps of NaN
/// between them.
record SegmentView(MemorySegment segment, Shape shape, long[] strides) implements TensorView {
  /// A contiguous tensor full of NaN.
  static SegmentView empty(Arena arena, long... sizes) {
    return gapped(arena, 0, sizes);
  }

  /// A tensor full of NaN with `gap` extra floats after each row of the last axis.
  static SegmentView gapped(Arena arena, int gap, long... sizes) {
    Shape shape = Shape.of(sizes);
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= sizes[i];
      if (i == sizes.length - 1) {
        stride += gap;
      }
    }
    long floats = Math.max(1, stride - gap);
    MemorySegment segment = arena.allocate(4 * floats, 64);
    for (long i = 0; i < floats; i++) {
      segment.setAtIndex(JAVA_FLOAT, i, Float.NaN);
    }
    return new SegmentView(segment, shape, strides);
  }

  /// Fills with normal numbers.
  SegmentView fill(Random random) {
    for (long i = 0; i < shape.numel(); i++) {
      set(i, (float) random.nextGaussian());
    }
    return this;
  }

  /// The element with row-major number `i`.
  float get(long i) {
    return segment.getAtIndex(JAVA_FLOAT, position(i));
  }

  void set(long i, float x) {
    segment.setAtIndex(JAVA_FLOAT, position(i), x);
  }

  double[] toDoubles() {
    double[] values = new double[Math.toIntExact(shape.numel())];
    Arrays.setAll(values, this::get);
    return values;
  }

  private long position(long i) {
    long at = 0;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      at += i % shape.dim(axis) * strides[axis];
      i /= shape.dim(axis);
    }
    return at;
  }

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
