package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import dev.jacquard.jpeg.dct.ZigZag;
import org.jspecify.annotations.Nullable;

/// Guesses the lowest AC coefficients that a progressive picture lacks from the DC coefficients
/// around (T.81 K.8), as libjpeg-turbo 2.1 does.
///
/// Differs: 25 blocks are looked at, not 9, and where only DC is known it is smoothed too.
final class BlockSmoothing {
  /// Leaves everything as it is.
  static final BlockSmoothing NONE = new BlockSmoothing(null, null, 0);

  /// Coefficients that are guessed, after DC in the zig-zag sequence.
  private static final int GUESSED = 9;

  private final @Nullable Frame frame;
  private final @Nullable Progression progression;
  private final int lastGoodMcuRow;

  private BlockSmoothing(
      @Nullable Frame frame, @Nullable Progression progression, int lastGoodMcuRow) {
    this.frame = frame;
    this.progression = progression;
    this.lastGoodMcuRow = lastGoodMcuRow;
  }

  /// The smoothing that a picture needs.
  ///
  /// @param tables by component, null for one that no scan has brought
  /// @param lastGoodMcuRow the last row that the last scan had data for; below it, what the scans
  ///   before have brought is the measure
  static BlockSmoothing of(
      Frame frame, Progression progression, @Nullable QuantTable[] tables, int lastGoodMcuRow) {
    boolean useful = false;
    for (int c = 0; c < tables.length; c++) {
      QuantTable table = tables[c];
      if (table == null || progression.missing(c, 0) == Progression.UNKNOWN) {
        return NONE;
      }
      for (int k = 0; k <= GUESSED; k++) {
        if (table.step(ZigZag.natural(k)) == 0) {
          return NONE;
        }
        useful |= k > 0 && progression.missing(c, k) != 0;
      }
    }
    return useful ? new BlockSmoothing(frame, progression, lastGoodMcuRow) : NONE;
  }

  boolean isNone() {
    return progression == null;
  }

  /// What is missing of the coefficients of a row of blocks, by place in the zig-zag sequence.
  private int[] missing(int component, int mcuRow) {
    int[] missing = new int[GUESSED + 1];
    for (int k = 1; k <= GUESSED && progression != null; k++) {
      missing[k] =
          mcuRow > lastGoodMcuRow
              ? progression.missingBefore(component, k)
              : progression.missing(component, k);
    }
    return missing;
  }

  /// A smoothed copy of one row of blocks.
  ///
  /// @param component index in the frame
  /// @return `[64 * blocksWide]`
  short[] row(int component, ComponentCoefficients coefficients, QuantTable table, int blockRow) {
    int v = frame == null ? 1 : frame.components().get(component).v();
    SmoothingKernels kernels = new SmoothingKernels(table, missing(component, blockRow / v));
    int[] rows = rowsAround(blockRow, v, coefficients.blocksHigh());
    int wide = coefficients.blocksWide();
    int from = coefficients.offset(blockRow, 0);
    short[] out = new short[64 * wide];
    System.arraycopy(coefficients.values(), from, out, 0, out.length);
    int[] window = new int[25];
    for (int column = 0; column < wide; column++) {
      slide(window, coefficients, rows, column);
      kernels.apply(window, out, 64 * column);
    }
    return out;
  }

  /// The rows two above to two below; where libjpeg does not see one, the row nearer to the middle
  /// stands for it. It looks two rows up only inside an MCU or over two MCU rows, and likewise
  /// down.
  private static int[] rowsAround(int row, int v, int high) {
    int inMcu = row % v;
    int mcuRow = row / v;
    int lastMcuRow = (high - 1) / v;
    int rowsHere = mcuRow < lastMcuRow ? v : high - mcuRow * v;
    int above = row > 0 ? row - 1 : row;
    int below = row + 1 < high ? row + 1 : row;
    int above2 = inMcu > 1 || mcuRow > 1 ? row - 2 : above;
    int below2 = inMcu < rowsHere - 2 || mcuRow + 1 < lastMcuRow ? row + 2 : below;
    return new int[] {above2, above, row, below, below2};
  }

  /// Moves the window of 5 x 5 DC coefficients to a column; past the right edge, its last column is
  /// repeated, past the left one, the first.
  private static void slide(int[] window, ComponentCoefficients from, int[] rows, int column) {
    int last = from.blocksWide() - 1;
    for (int r = 0; r < 5; r++) {
      int at = 5 * r;
      if (column == 0) {
        int first = dc(from, rows[r], 0);
        for (int i = 0; i < 5; i++) {
          window[at + i] = first;
        }
        window[at + 3] = last > 0 ? dc(from, rows[r], 1) : first;
      } else {
        System.arraycopy(window, at + 1, window, at, 4);
      }
      if (column + 1 < last) {
        window[at + 4] = dc(from, rows[r], column + 2);
      }
    }
  }

  private static int dc(ComponentCoefficients from, int row, int column) {
    return from.values()[from.offset(row, column)];
  }
}
