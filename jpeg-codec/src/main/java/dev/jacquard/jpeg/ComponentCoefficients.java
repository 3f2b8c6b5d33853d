package dev.jacquard.jpeg;

import java.util.Arrays;
import java.util.Objects;

/// The quantised DCT coefficients of one component: what a JPEG file really stores.
///
/// Blocks are addressed by row and column; inside a block coefficients are in row-major order, DC
/// first. Blocks that only fill up the last MCU of a row or column are kept but not counted.
public final class ComponentCoefficients {
  private final int id;
  private final int blocksWide;
  private final int blocksHigh;
  private final int strideBlocks;
  private final int rows;
  private final short[] values;

  ComponentCoefficients(int id, int blocksWide, int blocksHigh, int strideBlocks, int rows) {
    this.id = id;
    this.blocksWide = blocksWide;
    this.blocksHigh = blocksHigh;
    this.strideBlocks = strideBlocks;
    this.rows = rows;
    this.values = new short[Math.multiplyExact(64 * strideBlocks, rows)];
  }

  /// Zero coefficients for one component of a frame, room for whole MCUs included.
  static ComponentCoefficients of(Frame frame, FrameComponent c) {
    return new ComponentCoefficients(
        c.id(),
        frame.blocksWide(c),
        frame.blocksHigh(c),
        frame.mcusWide() * c.h(),
        frame.mcusHigh() * c.v());
  }

  /// Room for one row of MCUs of an interleaved scan, which every row of MCUs takes in turn.
  static ComponentCoefficients strip(Frame frame, FrameComponent c) {
    return new ComponentCoefficients(
        c.id(), frame.blocksWide(c), frame.blocksHigh(c), frame.mcusWide() * c.h(), c.v());
  }

  /// Identifier of the component in the frame header.
  ///
  /// @return 0..255; 1, 2, 3 for Y, Cb, Cr in JFIF files
  public int id() {
    return id;
  }

  /// Blocks in a row.
  ///
  /// @return at least 1
  public int blocksWide() {
    return blocksWide;
  }

  /// Rows of blocks.
  ///
  /// @return at least 1
  public int blocksHigh() {
    return blocksHigh;
  }

  /// A copy of one block.
  ///
  /// @param row 0..`blocksHigh - 1`
  /// @param column 0..`blocksWide - 1`
  /// @return `[64]`, row-major
  public short[] block(int row, int column) {
    int at = offset(row, column);
    return Arrays.copyOfRange(values, at, at + 64);
  }

  /// Replaces one block.
  ///
  /// @param row 0..`blocksHigh - 1`
  /// @param column 0..`blocksWide - 1`
  /// @param block `[64]`, row-major
  public void setBlock(int row, int column, short[] block) {
    Objects.checkIndex(row, blocksHigh);
    Objects.checkIndex(column, blocksWide);
    System.arraycopy(block, 0, values, offset(row, column), 64);
  }

  /// Whether a band of block rows equals the same band of another picture.
  ///
  /// @param other coefficients of the same component
  /// @param fromRow first row of blocks
  /// @param toRow row of blocks after the last one
  /// @return whether both have the same width and equal coefficients there
  public boolean sameRows(ComponentCoefficients other, int fromRow, int toRow) {
    if (blocksWide != other.blocksWide) {
      return false;
    }
    for (int row = fromRow; row < toRow; row++) {
      int a = offset(row, 0);
      int b = other.offset(row, 0);
      int n = 64 * blocksWide;
      if (!Arrays.equals(values, a, a + n, other.values, b, b + n)) {
        return false;
      }
    }
    return true;
  }

  /// Makes the blocks that fill up the last MCUs as cheap as can be: zero but for the DC value of
  /// the block coded before them in the same MCU (T.81 A.2.4 leaves it open; this is libjpeg's
  /// choice).
  ///
  /// @param c the component, whose sampling factors are the size of an MCU in blocks
  void fillUp(FrameComponent c, int mcuRow) {
    for (int row = mcuRow * c.v(); row < (mcuRow + 1) * c.v(); row++) {
      for (int column = row < blocksHigh ? blocksWide : 0; column < strideBlocks; column++) {
        int at = offset(row, column);
        int previous = column % c.h() == 0 ? offset(row - 1, column + c.h() - 1) : at - 64;
        Arrays.fill(values, at, at + 64, (short) 0);
        values[at] = values[previous];
      }
    }
  }

  /// Whether rows of blocks take each other's place.
  boolean isStrip() {
    return rows < blocksHigh;
  }

  /// Makes all coefficients zero.
  void clear() {
    Arrays.fill(values, (short) 0);
  }

  /// Index in [#values()] of a block, also of one that fills up an MCU.
  int offset(int row, int column) {
    return 64 * (row % rows * strideBlocks + column);
  }

  short[] values() {
    return values;
  }
}
