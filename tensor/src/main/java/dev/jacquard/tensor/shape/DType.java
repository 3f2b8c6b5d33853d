package dev.jacquard.tensor.shape;

/// Type of the elements of a tensor.
public enum DType {
  /// 32-bit IEEE 754 floating point: the type that computes.
  F32(4),
  /// Upper 16 bits of an f32: a storage type.
  BF16(2),
  /// 16-bit IEEE 754 floating point: a storage type.
  F16(2),
  /// 32-bit signed integer: token ids and indices.
  I32(4),
  /// 64-bit signed integer: token ids in published files.
  I64(8),
  /// Unsigned byte: pixels, JPEG bytes, masks.
  U8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /// Size of one element in bytes.
  ///
  /// @return 1, 2, 4 or 8
  public int bytes() {
    return bytes;
  }

  /// Whether elements are floating-point numbers.
  ///
  /// @return true for `F32`, `BF16` and `F16`
  public boolean isFloating() {
    return this == F32 || this == BF16 || this == F16;
  }
}
