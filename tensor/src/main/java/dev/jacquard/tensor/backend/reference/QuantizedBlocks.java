package dev.jacquard.tensor.backend.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;

/// Blocks of 32 numbers with a common scale, one number after the other: the definition of the
/// quantised types. See [dev.jacquard.tensor.backend.CopyKernels#copy].
final class QuantizedBlocks {
  private static final int SIZE = 32;
  private static final int HALF = SIZE / 2;
  private static final int SCALE_BYTES = 2;

  private QuantizedBlocks() {}

  /// The element that lies `offset` elements from the start.
  static float get(MemorySegment memory, DType type, long offset) {
    long block = offset / SIZE * type.blockBytes();
    int i = (int) (offset % SIZE);
    float d = Float.float16ToFloat(memory.get(JAVA_SHORT_UNALIGNED, block));
    long q = block + SCALE_BYTES;
    return switch (type) {
      case Q8_0 -> d * memory.get(JAVA_BYTE, q + i);
      case Q4_0 -> d * (nibble(memory.get(JAVA_BYTE, q + i % HALF), i >= HALF) - 8);
      default -> throw new AssertionError(type + " is not quantised");
    };
  }

  private static int nibble(byte pair, boolean upper) {
    return (upper ? pair >> 4 : pair) & 0xf;
  }

  /// Sets all elements of a quantised tensor, given in row-major order.
  static void write(double[] values, TensorView y) {
    MemorySegment memory = y.segment();
    float[] block = new float[SIZE];
    for (int n = 0; n < values.length; n += SIZE) {
      for (int i = 0; i < SIZE; i++) {
        block[i] = (float) values[n + i];
      }
      long at = y.dtype().bytes(Elements.offset(y, n));
      switch (y.dtype()) {
        case Q8_0 -> writeBytes(block, memory, at);
        case Q4_0 -> writeNibbles(block, memory, at);
        default -> throw new AssertionError(y.dtype() + " is not quantised");
      }
    }
  }

  private static void writeBytes(float[] x, MemorySegment memory, long at) {
    float d = Math.abs(largest(x)) / 127;
    float inverse = inverse(d);
    memory.set(JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(d));
    for (int i = 0; i < SIZE; i++) {
      float v = x[i] * inverse;
      // in f64, where adding a half is exact
      memory.set(JAVA_BYTE, at + SCALE_BYTES + i, (byte) (v + Math.copySign(0.5, v)));
    }
  }

  private static void writeNibbles(float[] x, MemorySegment memory, long at) {
    float d = largest(x) / -8;
    float inverse = inverse(d);
    memory.set(JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(d));
    for (int i = 0; i < HALF; i++) {
      int lower = Math.min(15, (int) (x[i] * inverse + 8.5f));
      int upper = Math.min(15, (int) (x[i + HALF] * inverse + 8.5f));
      memory.set(JAVA_BYTE, at + SCALE_BYTES + i, (byte) (lower | upper << 4));
    }
  }

  /// The first number of the largest magnitude.
  private static float largest(float[] x) {
    float largest = 0;
    for (float v : x) {
      largest = Math.abs(v) > Math.abs(largest) ? v : largest;
    }
    return largest;
  }

  private static float inverse(float d) {
    return d == 0 ? 0 : 1 / d;
  }
}
