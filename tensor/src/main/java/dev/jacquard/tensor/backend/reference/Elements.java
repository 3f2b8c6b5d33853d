package dev.jacquard.tensor.backend.reference;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The elements of a tensor of any type and strides, in row-major order. The only class of the
/// package that knows how tensors lie in memory: kernels read arguments as `double[]`, compute, and
/// write results, which rounds once.
final class Elements {
  private Elements() {}

  /// All elements in row-major order; a broadcast axis appears in full.
  static double[] read(TensorView x) {
    double[] values = new double[count(x)];
    MemorySegment memory = x.segment();
    for (int n = 0; n < values.length; n++) {
      values[n] = get(memory, x.dtype(), offset(x, n));
    }
    return values;
  }

  /// All elements of an i32 tensor in row-major order.
  static int[] readInts(TensorView x) {
    int[] values = new int[count(x)];
    MemorySegment memory = x.segment();
    for (int n = 0; n < values.length; n++) {
      values[n] = (int) getLong(memory, x.dtype(), offset(x, n));
    }
    return values;
  }

  /// Sets all elements, given in row-major order.
  static void write(double[] values, TensorView y) {
    if (y.dtype().isQuantized()) {
      throw new AssertionError("kernels write no " + y.dtype());
    }
    MemorySegment memory = y.segment();
    for (int n = 0; n < values.length; n++) {
      set(memory, y.dtype(), offset(y, n), values[n]);
    }
  }

  /// Distance in elements from the first element to element number `n` in row-major order.
  static long offset(TensorView x, long n) {
    if (x.isContiguous()) {
      return n;
    }
    long offset = 0;
    for (int axis = x.shape().rank() - 1; axis >= 0; axis--) {
      long size = x.shape().dim(axis);
      offset += n % size * x.stride(axis);
      n /= size;
    }
    return offset;
  }

  static double get(MemorySegment memory, DType type, long offset) {
    return switch (type) {
      case F32 ->
          DoublePrecision.read(
              memory.address() + offset * Float.BYTES,
              memory.get(ValueLayout.JAVA_FLOAT, offset * Float.BYTES));
      case BF16 ->
          Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT, offset * Short.BYTES) << 16);
      case F16 -> Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT, offset * Short.BYTES));
      case I32, I64, U8 -> getLong(memory, type, offset);
      case Q8_0, Q4_0 -> QuantizedBlocks.get(memory, type, offset);
    };
  }

  /// Sets one element of a type that is not quantised.
  static void set(MemorySegment memory, DType type, long offset, double value) {
    switch (type) {
      case F32 -> {
        memory.set(ValueLayout.JAVA_FLOAT, offset * Float.BYTES, (float) value);
        DoublePrecision.note(memory.address() + offset * Float.BYTES, value);
      }
      case BF16 ->
          memory.set(ValueLayout.JAVA_SHORT, offset * Short.BYTES, toBfloat16((float) value));
      case F16 ->
          memory.set(
              ValueLayout.JAVA_SHORT, offset * Short.BYTES, Float.floatToFloat16((float) value));
      case I32, I64, U8 -> setLong(memory, type, offset, (long) value);
      case Q8_0, Q4_0 -> throw new AssertionError("only whole blocks can be set");
    }
  }

  static long getLong(MemorySegment memory, DType type, long offset) {
    return switch (type) {
      case I32 -> memory.get(ValueLayout.JAVA_INT, offset * Integer.BYTES);
      case I64 -> memory.get(ValueLayout.JAVA_LONG, offset * Long.BYTES);
      case U8 -> Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, offset));
      case F32, BF16, F16, Q8_0, Q4_0 -> (long) get(memory, type, offset);
    };
  }

  static void setLong(MemorySegment memory, DType type, long offset, long value) {
    switch (type) {
      case I32 -> memory.set(ValueLayout.JAVA_INT, offset * Integer.BYTES, (int) value);
      case I64 -> memory.set(ValueLayout.JAVA_LONG, offset * Long.BYTES, value);
      case U8 -> memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
      case F32, BF16, F16, Q8_0, Q4_0 -> set(memory, type, offset, (double) value);
    }
  }

  /// Rounds to the nearest bf16, ties to even; NaN stays NaN.
  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40); // quiet, so that the upper half alone is a NaN
    }
    int lastKeptBit = (bits >>> 16) & 1;
    return (short) ((bits + 0x7fff + lastKeptBit) >>> 16);
  }

  private static int count(TensorView x) {
    return Math.toIntExact(x.shape().numel());
  }
}
