package dev.jacquard.tensor.shape;

/// Type of the elements of a tensor.
///
/// `F32` computes. `BF16`, `F16`, `Q8_0` and `Q4_0` store weights, and the first two keys and
/// values of attention; kernels that take them say so, and everything else wants `F32`.
///
/// A quantised type packs each [#blockElements()] neighbours of a row into one block with a common
/// scale. Shapes and strides of such a tensor count elements as always; its rows, on the last axis,
/// consist of whole blocks.
public enum DType {
  /// 32-bit IEEE 754 floating point: the type that computes.
  F32(1, 4),
  /// Upper 16 bits of an f32: a storage type.
  BF16(1, 2),
  /// 16-bit IEEE 754 floating point: a storage type.
  F16(1, 2),
  /// 32-bit signed integer: token ids and indices.
  I32(1, 4),
  /// 64-bit signed integer: token ids in published files.
  I64(1, 8),
  /// Unsigned byte: pixels, JPEG bytes, masks.
  U8(1, 1),
  /// Blocks of 32, `x[i] = d · q[i]`: the f16 scale `d`, then 32 signed bytes `q`. A storage type,
  /// laid out as ggml's.
  Q8_0(32, 34),
  /// Blocks of 32, `x[i] = d · (q[i] - 8)`: the f16 scale `d`, then 16 bytes, byte `i` with `q[i]`
  /// in its lower and `q[i + 16]` in its upper half. A storage type, laid out as ggml's.
  Q4_0(32, 18);

  private final int blockElements;
  private final int blockBytes;

  DType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /// Number of elements that are stored together.
  ///
  /// @return 32 for quantised types, else 1
  public int blockElements() {
    return blockElements;
  }

  /// Size of a block in bytes.
  ///
  /// @return size of one element for types that are not quantised
  public int blockBytes() {
    return blockBytes;
  }

  /// Size of one element in bytes.
  ///
  /// @return 1, 2, 4 or 8
  /// @throws DTypeException if the type is quantised
  public int bytes() {
    if (isQuantized()) {
      throw new DTypeException(
          "dtype: an element of %s has no size of its own; a block of %d has %d bytes"
              .formatted(this, blockElements, blockBytes));
    }
    return blockBytes;
  }

  /// Size of neighbouring elements in bytes.
  ///
  /// @param elements how many; for a quantised type whole blocks
  /// @return the size
  /// @throws DTypeException if a block would be cut
  public long bytes(long elements) {
    if (elements % blockElements != 0) {
      throw new DTypeException(
          "dtype: %d elements cut a block of %s; need a multiple of %d"
              .formatted(elements, this, blockElements));
    }
    return Math.multiplyExact(elements / blockElements, blockBytes);
  }

  /// Checks that rows of a shape consist of whole blocks.
  ///
  /// @param op name of the operation, for the message
  /// @param shape any shape
  /// @throws DTypeException if the last axis cuts a block
  public void requireRows(String op, Shape shape) {
    if (isQuantized() && (shape.rank() == 0 || shape.last() % blockElements != 0)) {
      throw new DTypeException(
          "%s: rows cut a block; %s of %s; need a last axis that is a multiple of %d"
              .formatted(op, shape, this, blockElements));
    }
  }

  /// Whether elements are real numbers rather than integers, however coarsely stored.
  ///
  /// @return false for `I32`, `I64` and `U8`
  public boolean isFloating() {
    return this != I32 && this != I64 && this != U8;
  }

  /// Whether elements come in blocks with a common scale.
  ///
  /// @return true for `Q8_0` and `Q4_0`
  public boolean isQuantized() {
    return blockElements > 1;
  }
}
