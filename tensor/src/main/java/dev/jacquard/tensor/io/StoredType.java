package dev.jacquard.tensor.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import java.lang.foreign.MemorySegment;

/// Element types found in checkpoint files, each with the tensor type that holds its values.
public enum StoredType {
  /// 64-bit floating point; rounded to f32.
  F64(8, DType.F32),
  /// 32-bit floating point.
  F32(4, DType.F32),
  /// 16-bit IEEE 754 floating point.
  F16(2, DType.F16),
  /// Upper half of an f32.
  BF16(2, DType.BF16),
  /// 64-bit signed integer.
  I64(8, DType.I64),
  /// 32-bit signed integer.
  I32(4, DType.I32),
  /// 16-bit signed integer; widened.
  I16(2, DType.I32),
  /// 8-bit signed integer; widened.
  I8(1, DType.I32),
  /// 32-bit unsigned integer; widened.
  U32(4, DType.I64),
  /// 16-bit unsigned integer; widened.
  U16(2, DType.I32),
  /// Unsigned byte.
  U8(1, DType.U8),
  /// A byte that is 0 or 1.
  BOOL(1, DType.U8);

  private final int bytes;
  private final DType dtype;

  StoredType(int bytes, DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  /// The stored form of a tensor type.
  ///
  /// @param dtype type in memory
  /// @return the type of the same bits
  /// @throws DTypeException if the type is quantised
  public static StoredType of(DType dtype) {
    if (dtype.isQuantized()) {
      throw new DTypeException(
          "checkpoint: %s cannot be stored; need a type that is not quantised".formatted(dtype));
    }
    return valueOf(dtype.name());
  }

  /// Size of one element in the file.
  ///
  /// @return 1, 2, 4 or 8
  public int bytes() {
    return bytes;
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
    return bytes == dtype.bytes();
  }

  /// Copies elements of this type to memory of the tensor type.
  void decode(MemorySegment from, MemorySegment to) {
    if (isDirect()) {
      MemorySegment.copy(from, 0, to, 0, from.byteSize());
      return;
    }
    long count = from.byteSize() / bytes;
    for (long i = 0; i < count; i++) {
      decode(from, i * bytes, to, i * dtype.bytes());
    }
  }

  private void decode(MemorySegment from, long at, MemorySegment to, long toAt) {
    switch (this) {
      case F64 -> to.set(JAVA_FLOAT_UNALIGNED, toAt, (float) from.get(JAVA_DOUBLE_UNALIGNED, at));
      case I16 -> to.set(JAVA_INT_UNALIGNED, toAt, from.get(JAVA_SHORT_UNALIGNED, at));
      case I8 -> to.set(JAVA_INT_UNALIGNED, toAt, from.get(JAVA_BYTE, at));
      case U32 ->
          to.set(
              JAVA_LONG_UNALIGNED, toAt, Integer.toUnsignedLong(from.get(JAVA_INT_UNALIGNED, at)));
      case U16 ->
          to.set(JAVA_INT_UNALIGNED, toAt, Short.toUnsignedInt(from.get(JAVA_SHORT_UNALIGNED, at)));
      case F32, F16, BF16, I64, I32, U8, BOOL -> throw new AssertionError(this + " is direct");
    }
  }
}
