package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Conversions between element types over `n` elements without gaps. Narrowing rounds to nearest,
/// ties to even.
final class ConvertLoops {
  /// As many as there are floats in a vector.
  static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(VectorWidth.FLOATS.vectorBitSize() / 2));

  /* An f16 as f32, by vectors, for which the Vector API has no conversion: its exponent and mantissa, moved to their
   * places in an f32, are the number times 2^-112, also where it is subnormal, so a multiplication makes it exact.
   * Infinity and NaN come out as 65536 and more, which no other f16 reaches, and get the exponent of all ones. */

  /// Sign, exponent and mantissa of an f16 that was extended with its sign and moved by 13.
  static final int HALF_BITS = 0x8fffffff;

  /// What makes such bits the number.
  static final float HALF_SCALE = 0x1p112f;

  /// From here on it was no number.
  static final float HALF_INFINITE = 0x1p16f;

  /// Exponent of infinity and NaN.
  static final int FLOAT_EXPONENT = 0x7f800000;

  private ConvertLoops() {}

  /// Whether there is a loop from a type to f32.
  static boolean canUnpack(DType type) {
    return type.isFloating() || type == DType.U8;
  }

  /// Converts `n` elements to f32; whole blocks of a quantised type. Offsets are in bytes.
  static void unpack(DType type, MemorySegment from, long at, MemorySegment to, long toAt, int n) {
    switch (type) {
      case F32 -> MemorySegment.copy(from, at, to, toAt, 4L * n);
      case BF16 -> fromBfloat16(from, at, to, toAt, n);
      case F16 -> fromHalf(from, at, to, toAt, n);
      case U8 -> fromBytes(from, at, to, toAt, n);
      case Q8_0 -> QuantizedLoops.unpackBytes(from, at, to, toAt, n);
      case Q4_0 -> QuantizedLoops.unpackNibbles(from, at, to, toAt, n);
      case I32, I64 -> throw new AssertionError("no loop from " + type);
    }
  }

  /// Converts `n` elements from f32 to a floating-point type; whole blocks of a quantised type.
  /// Offsets are in bytes.
  static void pack(DType type, MemorySegment from, long at, MemorySegment to, long toAt, int n) {
    switch (type) {
      case F32 -> MemorySegment.copy(from, at, to, toAt, 4L * n);
      case BF16 -> toBfloat16(from, at, to, toAt, n);
      case F16 -> toHalf(from, at, to, toAt, n);
      case Q8_0 -> QuantizedLoops.packBytes(from, at, to, toAt, n);
      case Q4_0 -> QuantizedLoops.packNibbles(from, at, to, toAt, n);
      case I32, I64, U8 -> throw new AssertionError("no loop to " + type);
    }
  }

  private static void toBfloat16(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(from, fromAt + 4L * i);
      IntVector bits = v.reinterpretAsInts();
      IntVector upper = bits.lanewise(LSHR, 16);
      IntVector rounded = bits.add(upper.and(1).add(0x7fff)).lanewise(LSHR, 16);
      // NaN stays NaN, and quiet, so that its upper half alone is one
      rounded =
          rounded.blend(upper.or(0x40), v.test(VectorOperators.IS_NAN).cast(VectorWidth.INTS));
      ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoMemorySegment(to, toAt + 2L * i, ByteOrder.nativeOrder());
    }
    for (; i < n; i++) {
      float v = Lanes.get(from, fromAt + 4L * i);
      int bits = Float.floatToRawIntBits(v);
      int upper = bits >>> 16;
      int rounded = Float.isNaN(v) ? upper | 0x40 : (bits + 0x7fff + (upper & 1)) >>> 16;
      to.set(JAVA_SHORT, toAt + 2L * i, (short) rounded);
    }
  }

  private static void fromBfloat16(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Lanes.store(widen(from, fromAt + 2L * i), to, toAt + 4L * i);
    }
    for (; i < n; i++) {
      int bits = from.get(JAVA_SHORT, fromAt + 2L * i) << 16;
      Lanes.set(to, toAt + 4L * i, Float.intBitsToFloat(bits));
    }
  }

  /// One vector of bf16 as f32.
  static FloatVector widen(MemorySegment from, long at) {
    ShortVector upper = ShortVector.fromMemorySegment(SHORTS, from, at, ByteOrder.nativeOrder());
    IntVector bits = (IntVector) upper.convertShape(ZERO_EXTEND_S2I, VectorWidth.INTS, 0);
    return bits.lanewise(LSHL, 16).reinterpretAsFloats();
  }

  private static void toHalf(MemorySegment from, long fromAt, MemorySegment to, long toAt, int n) {
    for (int i = 0; i < n; i++) {
      short half = Float.floatToFloat16(Lanes.get(from, fromAt + 4L * i));
      to.set(JAVA_SHORT, toAt + 2L * i, half);
    }
  }

  private static void fromHalf(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector wide =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          SHORTS, from, fromAt + 2L * i, ByteOrder.nativeOrder())
                      .convertShape(VectorOperators.S2I, VectorWidth.INTS, 0))
              .lanewise(LSHL, 13)
              .and(HALF_BITS)
              .reinterpretAsFloats()
              .mul(HALF_SCALE);
      VectorMask<Integer> special =
          wide.abs().compare(VectorOperators.GE, HALF_INFINITE).cast(VectorWidth.INTS);
      IntVector bits = wide.reinterpretAsInts();
      bits = bits.lanewise(VectorOperators.OR, FLOAT_EXPONENT, special);
      Lanes.store(bits.reinterpretAsFloats(), to, toAt + 4L * i);
    }
    for (; i < n; i++) {
      float v = Float.float16ToFloat(from.get(JAVA_SHORT, fromAt + 2L * i));
      Lanes.set(to, toAt + 4L * i, v);
    }
  }

  private static void fromBytes(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, int n) {
    for (int i = 0; i < n; i++) {
      Lanes.set(to, toAt + 4L * i, from.get(JAVA_BYTE, fromAt + i) & 0xff);
    }
  }
}
