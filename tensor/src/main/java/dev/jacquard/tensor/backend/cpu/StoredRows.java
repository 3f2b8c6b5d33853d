package dev.jacquard.tensor.backend.cpu;

import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;

/// A weight `[N, K]` in a type other than f32, as it lies in memory or in a mapped file: rows that
/// are contiguous each.
record StoredRows(DType type, MemorySegment segment, long rowBytes) {
  /// Where a row begins.
  long at(long row) {
    return row * rowBytes;
  }

  /// Converts a piece of some rows to f32, `[rows, count]`.
  ///
  /// @param row the first row
  /// @param from first element of each row; the start of a block if the type is quantised
  /// @param count elements of each row; whole blocks
  /// @param to receives the numbers from byte `toAt`
  void unpack(int row, int rows, int from, int count, MemorySegment to, long toAt) {
    for (int r = 0; r < rows; r++) {
      long at = at(row + r) + type.bytes(from);
      ConvertLoops.unpack(type, segment, at, to, toAt + 4L * r * count, count);
    }
  }
}
