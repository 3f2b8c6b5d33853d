package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Moves a tile that [GemmKernels] computed to its place in `C`: the only code that knows partial
/// widths.
final class GemmUpdate {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private GemmUpdate() {}

  /// `c[r, j] = tile[r, j]`, or `+=`, for a block of rows.
  ///
  /// @param tile first row at byte `from`, rows `tileRow` bytes apart
  /// @param c first row at byte `to`, rows `cRow` bytes apart
  /// @param columns at most `tileRow / 4`
  static void update(
      MemorySegment tile,
      long from,
      long tileRow,
      MemorySegment c,
      long to,
      long cRow,
      int rows,
      int columns,
      boolean accumulate) {
    int whole = columns / LANES * LANES;
    for (int r = 0; r < rows; r++) {
      if (accumulate) {
        addVectors(tile, from, c, to, whole);
      } else {
        copyVectors(tile, from, c, to, whole);
      }
      if (whole < columns) {
        long tail = 4L * whole;
        VectorMask<Float> mask = FLOATS.indexInRange(whole, columns);
        FloatVector sum = FloatVector.fromMemorySegment(FLOATS, tile, from + tail, ORDER);
        if (accumulate) {
          sum = sum.add(FloatVector.fromMemorySegment(FLOATS, c, to + tail, ORDER, mask));
        }
        sum.intoMemorySegment(c, to + tail, ORDER, mask);
      }
      from += tileRow;
      to += cRow;
    }
  }

  private static void copyVectors(MemorySegment tile, long from, MemorySegment c, long to, int n) {
    for (int j = 0; j < n; j += LANES) {
      FloatVector.fromMemorySegment(FLOATS, tile, from + 4L * j, ORDER)
          .intoMemorySegment(c, to + 4L * j, ORDER);
    }
  }

  private static void addVectors(MemorySegment tile, long from, MemorySegment c, long to, int n) {
    for (int j = 0; j < n; j += LANES) {
      FloatVector.fromMemorySegment(FLOATS, c, to + 4L * j, ORDER)
          .add(FloatVector.fromMemorySegment(FLOATS, tile, from + 4L * j, ORDER))
          .intoMemorySegment(c, to + 4L * j, ORDER);
    }
  }
}
