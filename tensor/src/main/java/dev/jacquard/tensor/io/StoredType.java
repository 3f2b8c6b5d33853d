package dev.jacquard.tensor.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;

/// Element types found in checkpoint files, each with the tensor type that holds its values. All
/// are little-endian.
public enum StoredType {
  /// 64-bit floating point; rounded to f32.
  F64(1, 8, DType.F32),
  /// 32-bit floating point.
  F32(1, 4, DType.F32),
  /// 16-bit IEEE 754 floating point.
  F16(1, 2, DType.F16),
  /// Upper half of an f32.
  BF16(1, 2, DType.BF16),
  /// 8 bits, 4 of them exponent, without infinities (Micikevicius et al. 2022, arXiv:2209.05433);
  /// widened.
  F8_E4M3(1, 1, DType.F16),
  /// 8 bits: the upper half of an f16; widened.
  F8_E5M2(1, 1, DType.F16),
  /// 64-bit signed integer.
  I64(1, 8, DType.I64),
  /// 32-bit signed integer.
  I32(1, 4, DType.I32),
  /// 16-bit signed integer; widened.
  I16(1, 2, DType.I32),
  /// 8-bit signed integer; widened.
  I8(1, 1, DType.I32),
  /// 64-bit unsigned integer; above 2^63 it reads as a negative number.
  U64(1, 8, DType.I64),
  /// 32-bit unsigned integer; widened.
  U32(1, 4, DType.I64),
  /// 16-bit unsigned integer; widened.
  U16(1, 2, DType.I32),
  /// Unsigned byte.
  U8(1, 1, DType.U8),
  /// A byte that is 0 or 1.
  BOOL(1, 1, DType.U8),
  /// ggml's blocks of 32 signed bytes with a scale; see [DType#Q8_0].
  Q8_0(32, 34, DType.Q8_0),
  /// ggml's blocks of 32 nibbles with a scale; see [DType#Q4_0].
  Q4_0(32, 18, DType.Q4_0),
  /// ggml's blocks of 256 nibbles, in 8 parts with scale and minimum each; unpacked to f32.
  Q4_K(256, 144, DType.F32),
  /// ggml's blocks of 256 numbers of 6 bits, in 16 parts with a scale each; unpacked to f32.
  Q6_K(256, 210, DType.F32);

  private final int blockElements;
  private final int blockBytes;
  private final DType dtype;

  StoredType(int blockElements, int blockBytes, DType dtype) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
    this.dtype = dtype;
  }

  /// The stored form of a tensor type.
  ///
  /// @param dtype type in memory
  /// @return the type of the same bits
  public static StoredType of(DType dtype) {
    return valueOf(dtype.name());
  }

  /// Number of elements that are stored together.
  ///
  /// @return 1 unless the type is quantised
  public int blockElements() {
    return blockElements;
  }

  /// Size of such a block in the file.
  ///
  /// @return size of one element unless the type is quantised
  public int blockBytes() {
    return blockBytes;
  }

  /// Size of neighbouring elements in the file.
  ///
  /// @param elements a multiple of [#blockElements()]
  /// @return bytes
  /// @throws ArithmeticException if it exceeds `2^63 - 1`
  public long bytes(long elements) {
    return Math.multiplyExact(elements / blockElements, blockBytes);
  }

  /// Whether elements come in blocks with common scales.
  ///
  /// @return true for ggml's types
  public boolean isQuantized() {
    return blockElements > 1;
  }

  /// Type of the tensor that is made of it.
  ///
  /// @return a type that holds every value, except that `F64` is rounded
  public DType dtype() {
    return dtype;
  }

  /// Whether a tensor has the bits of the file, so that the file itself can serve as its memory.
  ///
  /// @return false if elements must be converted
  public boolean isDirect() {
    return blockElements == dtype.blockElements() && blockBytes == dtype.blockBytes();
  }

  /// What the address of such elements must be a multiple of for kernels to read them in place.
  int alignment() {
    return isQuantized() ? 1 : blockBytes;
  }

  /// Copies elements of this type to memory of the tensor type.
  void decode(MemorySegment from, MemorySegment to) {
    if (isDirect()) {
      MemorySegment.copy(from, 0, to, 0, from.byteSize());
      return;
    }
    long blocks = from.byteSize() / blockBytes;
    long step = dtype.bytes(blockElements);
    for (long i = 0; i < blocks; i++) {
      decode(from, i * blockBytes, to, i * step);
    }
  }

  private void decode(MemorySegment from, long at, MemorySegment to, long toAt) {
    switch (this) {
      case F64 -> to.set(JAVA_FLOAT_UNALIGNED, toAt, (float) from.get(JAVA_DOUBLE_UNALIGNED, at));
      case F8_E4M3 -> to.set(JAVA_SHORT_UNALIGNED, toAt, e4m3(from.get(JAVA_BYTE, at)));
      case F8_E5M2 -> to.set(JAVA_SHORT_UNALIGNED, toAt, (short) (from.get(JAVA_BYTE, at) << 8));
      case I16 -> to.set(JAVA_INT_UNALIGNED, toAt, from.get(JAVA_SHORT_UNALIGNED, at));
      case I8 -> to.set(JAVA_INT_UNALIGNED, toAt, from.get(JAVA_BYTE, at));
      case U32 ->
          to.set(
              JAVA_LONG_UNALIGNED, toAt, Integer.toUnsignedLong(from.get(JAVA_INT_UNALIGNED, at)));
      case U16 ->
          to.set(JAVA_INT_UNALIGNED, toAt, Short.toUnsignedInt(from.get(JAVA_SHORT_UNALIGNED, at)));
      case Q4_K -> KQuants.unpack4(from, at, to, toAt);
      case Q6_K -> KQuants.unpack6(from, at, to, toAt);
      case F32, F16, BF16, I64, I32, U64, U8, BOOL, Q8_0, Q4_0 ->
          throw new AssertionError(this + " is direct");
    }
  }

  /// The f16 of the same value. All bits set but the sign are NaN; there are no infinities.
  private static short e4m3(byte bits) {
    int magnitude = bits & 0x7f;
    // exponent and fraction at f16's places, too small by the difference of the biases, 15 - 7
    float value =
        magnitude == 0x7f ? Float.NaN : Float.float16ToFloat((short) (magnitude << 7)) * 256;
    return Float.floatToFloat16(Math.copySign(value, bits));
  }
}
