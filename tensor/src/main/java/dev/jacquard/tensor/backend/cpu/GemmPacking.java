package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Copies pieces of matrices into the order in which [GemmKernels] reads them: panels `[k, w]` of a
/// few columns (of `B`) or rows (of `A`), aligned and without gaps, so that the kernels stream
/// through memory.
///
/// All offsets and steps are in bytes.
final class GemmPacking {
  /* Two floats travel as one long: a FloatVector of another size than the kernels', stored once, makes the receiver of all
   * stores of FloatVectors look like one of two classes, and from then on the accumulators of each kernel that is
   * compiled later are boxed at every k (measured: 0.4 of the speed). */
  private static final ValueLayout.OfLong TWO_FLOATS = ValueLayout.JAVA_LONG_UNALIGNED;

  private static final long BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private GemmPacking() {}

  /// Packs columns that lie side by side in memory, row by row.
  ///
  /// @param b holds row `k` at `bo + k · bStep`, `columns` floats
  /// @param vectors width of the panel in vectors; columns beyond `columns` become 0
  static void packRows(
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      int columns,
      int vectors,
      MemorySegment panel,
      long to) {
    int whole = columns / LANES;
    long panelStep = 4L * vectors * LANES;
    int v = 0;
    for (; v <= whole - 4; v += 4) { // a row of B lies on a page of its own: visit it once
      copyFourVectors(b, bo + v * BYTES, bStep, kc, panel, to + v * BYTES, panelStep);
    }
    for (; v < whole; v++) {
      copyVectors(b, bo + v * BYTES, bStep, kc, panel, to + v * BYTES, panelStep);
    }
    if (whole < vectors) {
      long skip = 4L * whole * LANES;
      copyMasked(b, bo + skip, bStep, kc, columns - whole * LANES, panel, to + skip, panelStep);
    }
  }

  private static void copyVectors(
      MemorySegment b, long bo, long bStep, int kc, MemorySegment panel, long to, long panelStep) {
    for (int k = 0; k < kc; k++) {
      FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER).intoMemorySegment(panel, to, ORDER);
      bo += bStep;
      to += panelStep;
    }
  }

  private static void copyFourVectors(
      MemorySegment b, long bo, long bStep, int kc, MemorySegment panel, long to, long panelStep) {
    for (int k = 0; k < kc; k++) {
      FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER).intoMemorySegment(panel, to, ORDER);
      FloatVector.fromMemorySegment(FLOATS, b, bo + BYTES, ORDER)
          .intoMemorySegment(panel, to + BYTES, ORDER);
      FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * BYTES, ORDER)
          .intoMemorySegment(panel, to + 2 * BYTES, ORDER);
      FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * BYTES, ORDER)
          .intoMemorySegment(panel, to + 3 * BYTES, ORDER);
      bo += bStep;
      to += panelStep;
    }
  }

  private static void copyMasked(
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      int columns,
      MemorySegment panel,
      long to,
      long panelStep) {
    VectorMask<Float> mask = FLOATS.indexInRange(0, columns);
    for (int k = 0; k < kc; k++) {
      FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER, mask).intoMemorySegment(panel, to, ORDER);
      bo += bStep;
      to += panelStep;
    }
  }

  /// Packs columns of which each is contiguous in memory: transposes.
  ///
  /// @param b holds column `j` at `bo + j · bColumn`, `kc` floats
  /// @param width width of the panel in floats; columns beyond `columns` become 0
  static void packColumns(
      MemorySegment b,
      long bo,
      long bColumn,
      int kc,
      int columns,
      int width,
      MemorySegment panel,
      long to) {
    int j = 0;
    for (; j <= columns - 6; j += 6) {
      transposeSix(b, bo + j * bColumn, bColumn, kc, panel, to + 4L * j, 4L * width);
    }
    for (; j <= columns - 4; j += 4) {
      transposeFour(b, bo + j * bColumn, bColumn, kc, panel, to + 4L * j, 4L * width);
    }
    for (; j < columns; j++) {
      copyStrided(b, bo + j * bColumn, 4, kc, panel, to + 4L * j, 4L * width);
    }
    for (; j < width; j++) {
      fillZero(kc, panel, to + 4L * j, 4L * width);
    }
  }

  private static void transposeSix(
      MemorySegment b,
      long bo,
      long bColumn,
      int kc,
      MemorySegment panel,
      long to,
      long panelStep) {
    for (int k = 0; k < kc; k++) {
      panel.set(FLOAT, to, b.get(FLOAT, bo));
      panel.set(FLOAT, to + 4, b.get(FLOAT, bo + bColumn));
      panel.set(FLOAT, to + 8, b.get(FLOAT, bo + 2 * bColumn));
      panel.set(FLOAT, to + 12, b.get(FLOAT, bo + 3 * bColumn));
      panel.set(FLOAT, to + 16, b.get(FLOAT, bo + 4 * bColumn));
      panel.set(FLOAT, to + 20, b.get(FLOAT, bo + 5 * bColumn));
      bo += 4;
      to += panelStep;
    }
  }

  private static void transposeFour(
      MemorySegment b,
      long bo,
      long bColumn,
      int kc,
      MemorySegment panel,
      long to,
      long panelStep) {
    for (int k = 0; k < kc; k++) {
      panel.set(FLOAT, to, b.get(FLOAT, bo));
      panel.set(FLOAT, to + 4, b.get(FLOAT, bo + bColumn));
      panel.set(FLOAT, to + 8, b.get(FLOAT, bo + 2 * bColumn));
      panel.set(FLOAT, to + 12, b.get(FLOAT, bo + 3 * bColumn));
      bo += 4;
      to += panelStep;
    }
  }

  private static void fillZero(int kc, MemorySegment panel, long to, long panelStep) {
    for (int k = 0; k < kc; k++) {
      panel.set(FLOAT, to, 0);
      to += panelStep;
    }
  }

  /// Packs 1 to 3 rows of `A`, at any strides; rows beyond `rows` become 0.
  static void packFewRows(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      int kc,
      int rows,
      int width,
      MemorySegment panel,
      long to) {
    for (int r = 0; r < width; r++) {
      if (r < rows) {
        copyStrided(a, ao + r * aRow, aStep, kc, panel, to + 4L * r, 4L * width);
      } else {
        fillZero(kc, panel, to + 4L * r, 4L * width);
      }
    }
  }

  private static void copyStrided(
      MemorySegment from,
      long fo,
      long fromStep,
      int count,
      MemorySegment to,
      long o,
      long toStep) {
    for (int i = 0; i < count; i++) {
      to.set(FLOAT, o, from.get(FLOAT, fo));
      fo += fromStep;
      o += toStep;
    }
  }

  /// Packs rows of `A` that lie side by side in memory because `A` is transposed.
  ///
  /// @param a holds `rows` floats at `ao + k · aStep`
  /// @param rows 4 or 6
  static void packAdjacent(
      MemorySegment a, long ao, long aStep, int kc, int rows, MemorySegment panel, long to) {
    if (rows == 6) {
      copySix(a, ao, aStep, kc, panel, to);
    } else {
      copyFour(a, ao, aStep, kc, panel, to);
    }
  }

  private static void copySix(
      MemorySegment a, long ao, long aStep, int kc, MemorySegment panel, long to) {
    for (int k = 0; k < kc; k++) {
      panel.set(TWO_FLOATS, to, a.get(TWO_FLOATS, ao));
      panel.set(TWO_FLOATS, to + 8, a.get(TWO_FLOATS, ao + 8));
      panel.set(TWO_FLOATS, to + 16, a.get(TWO_FLOATS, ao + 16));
      ao += aStep;
      to += 24;
    }
  }

  private static void copyFour(
      MemorySegment a, long ao, long aStep, int kc, MemorySegment panel, long to) {
    for (int k = 0; k < kc; k++) {
      panel.set(TWO_FLOATS, to, a.get(TWO_FLOATS, ao));
      panel.set(TWO_FLOATS, to + 8, a.get(TWO_FLOATS, ao + 8));
      ao += aStep;
      to += 16;
    }
  }
}
