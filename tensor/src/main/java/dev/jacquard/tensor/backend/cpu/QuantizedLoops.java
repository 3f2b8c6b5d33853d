package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.INTS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Blocks of the quantised types to and from f32, over `n` elements without gaps, a multiple of 32.
/// Offsets are in bytes.
///
/// Unpacking is exact: a scale has 11 significant bits and a quantised number at most 8.
final class QuantizedLoops {
  /// Elements of a block.
  static final int SIZE = 32;

  /// Bytes of a block of `Q8_0`.
  static final int BYTES_8 = 34;

  /// Bytes of a block of `Q4_0`.
  static final int BYTES_4 = 18;

  /// Bytes of a scale: where the quantised numbers of a block begin.
  static final int SCALE_BYTES = 2;

  /// As many bytes as there are floats in a vector, or 8, since no vector has fewer.
  static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));

  private static final int STEP = BYTES.length();
  private static final boolean TWO_PARTS = STEP > LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private QuantizedLoops() {}

  /// The scale of a block.
  static float scale(MemorySegment from, long at) {
    return Float.float16ToFloat(from.get(JAVA_SHORT_UNALIGNED, at));
  }

  /// Unpacks blocks of `Q8_0`.
  static void unpackBytes(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
    for (int block = 0; block < n; block += SIZE) {
      FloatVector d = Lanes.splat(scale(from, at));
      for (int i = 0; i < SIZE; i += STEP) {
        ByteVector q = ByteVector.fromMemorySegment(BYTES, from, at + SCALE_BYTES + i, ORDER);
        ((FloatVector) q.convertShape(B2F, FLOATS, 0))
            .mul(d)
            .intoMemorySegment(to, toAt + 4L * i, Lanes.ORDER);
        if (TWO_PARTS) {
          FloatVector upper = (FloatVector) q.convertShape(B2F, FLOATS, 1);
          upper.mul(d).intoMemorySegment(to, toAt + 4L * (i + LANES), Lanes.ORDER);
        }
      }
      at += BYTES_8;
      toAt += 4L * SIZE;
    }
  }

  /// Unpacks blocks of `Q4_0`. Vectors narrower than 8 floats do without them: in two parts the JIT
  /// compiler would box them.
  static void unpackNibbles(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
    for (int block = 0; block < n; block += SIZE) {
      if (TWO_PARTS) {
        unpackNibblesOfBlock(from, at, to, toAt);
      } else {
        FloatVector d = Lanes.splat(scale(from, at));
        for (int i = 0; i < SIZE / 2; i += STEP) {
          ByteVector q = ByteVector.fromMemorySegment(BYTES, from, at + SCALE_BYTES + i, ORDER);
          IntVector pairs = (IntVector) q.convertShape(ZERO_EXTEND_B2I, INTS, 0);
          lower(pairs).mul(d).intoMemorySegment(to, toAt + 4L * i, Lanes.ORDER);
          upper(pairs).mul(d).intoMemorySegment(to, toAt + 4L * (i + SIZE / 2), Lanes.ORDER);
        }
      }
      at += BYTES_4;
      toAt += 4L * SIZE;
    }
  }

  private static void unpackNibblesOfBlock(
      MemorySegment from, long at, MemorySegment to, long toAt) {
    float d = scale(from, at);
    for (int i = 0; i < SIZE / 2; i++) {
      int pair = from.get(JAVA_BYTE, at + SCALE_BYTES + i) & 0xff;
      Lanes.set(to, toAt + 4L * i, ((pair & 0xf) - 8) * d);
      Lanes.set(to, toAt + 4L * (i + SIZE / 2), ((pair >> 4) - 8) * d);
    }
  }

  /// The numbers in the lower halves of bytes, less 8.
  private static FloatVector lower(IntVector pairs) {
    return (FloatVector) pairs.and(0xf).sub(8).convert(I2F, 0);
  }

  /// The numbers in the upper halves of bytes, less 8.
  private static FloatVector upper(IntVector pairs) {
    return (FloatVector) pairs.lanewise(LSHR, 4).sub(8).convert(I2F, 0);
  }

  /// Packs `Q8_0`.
  static void packBytes(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
    for (int block = 0; block < n; block += SIZE) {
      float d = magnitude(from, at) / 127;
      float inverse = inverse(d);
      to.set(JAVA_SHORT_UNALIGNED, toAt, Float.floatToFloat16(d));
      for (int i = 0; i < SIZE; i++) {
        float v = Lanes.get(from, at + 4L * i) * inverse;
        to.set(JAVA_BYTE, toAt + SCALE_BYTES + i, (byte) roundHalfAway(v));
      }
      at += 4L * SIZE;
      toAt += BYTES_8;
    }
  }

  /// The nearest integer of a small number. What is added is the largest float below a half: a half
  /// would lift the largest float below a half to 1, and every sum from `0.5` on rounds to the
  /// same.
  static int roundHalfAway(float v) {
    return (int) (v + Math.copySign(0x1.fffffep-2f, v));
  }

  /// Packs `Q4_0`.
  static void packNibbles(MemorySegment from, long at, MemorySegment to, long toAt, int n) {
    for (int block = 0; block < n; block += SIZE) {
      float d = first(from, at, magnitude(from, at)) / -8;
      float inverse = inverse(d);
      to.set(JAVA_SHORT_UNALIGNED, toAt, Float.floatToFloat16(d));
      for (int i = 0; i < SIZE / 2; i++) {
        int lower = (int) (Lanes.get(from, at + 4L * i) * inverse + 8.5f);
        int upper = (int) (Lanes.get(from, at + 4L * (i + SIZE / 2)) * inverse + 8.5f);
        byte pair = (byte) (Math.min(15, lower) | Math.min(15, upper) << 4);
        to.set(JAVA_BYTE, toAt + SCALE_BYTES + i, pair);
      }
      at += 4L * SIZE;
      toAt += BYTES_4;
    }
  }

  /// The largest magnitude of a block.
  private static float magnitude(MemorySegment from, long at) {
    FloatVector max = Lanes.load(from, at).abs();
    for (int i = LANES; i < SIZE; i += LANES) {
      max = max.max(Lanes.load(from, at + 4L * i).abs());
    }
    return max.reduceLanes(MAX);
  }

  /// The first number of a block that has the magnitude; 0, never -0, if all are 0.
  private static float first(MemorySegment from, long at, float magnitude) {
    for (int i = 0; magnitude > 0 && i < SIZE; i++) {
      float v = Lanes.get(from, at + 4L * i);
      if (Math.abs(v) == magnitude) {
        return v;
      }
    }
    return 0;
  }

  private static float inverse(float d) {
    return d == 0 ? 0 : 1 / d;
  }
}
