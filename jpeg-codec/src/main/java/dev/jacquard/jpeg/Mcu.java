package dev.jacquard.jpeg;

import java.util.List;

/// The order of blocks in a scan (T.81 A.2): which blocks of which components make up each MCU.
///
/// A scan of one component has one block per MCU and leaves out blocks that only fill up; a scan of
/// several has `H x V` blocks of each. In lossless frames a block is a single sample.
final class Mcu {
  private final int[] component;
  private final int[] row;
  private final int[] column;
  private final int[] rowStep;
  private final int[] columnStep;
  private final int wide;
  private final int high;

  private Mcu(int blocks, int wide, int high) {
    this.component = new int[blocks];
    this.row = new int[blocks];
    this.column = new int[blocks];
    this.rowStep = new int[blocks];
    this.columnStep = new int[blocks];
    this.wide = wide;
    this.high = high;
  }

  /// The MCU of a scan.
  ///
  /// @param components indices in the frame of the components in the scan
  static Mcu of(Frame frame, List<Integer> components) {
    if (components.size() == 1) {
      FrameComponent only = frame.components().get(components.getFirst());
      Mcu mcu = new Mcu(1, frame.blocksWide(only), frame.blocksHigh(only));
      mcu.component[0] = components.getFirst();
      mcu.rowStep[0] = 1;
      mcu.columnStep[0] = 1;
      return mcu;
    }
    return interleaved(frame, components);
  }

  private static Mcu interleaved(Frame frame, List<Integer> components) {
    Mcu mcu = new Mcu(blocks(frame, components), frame.mcusWide(), frame.mcusHigh());
    int b = 0;
    for (int index : components) {
      FrameComponent c = frame.components().get(index);
      for (int i = 0; i < c.h() * c.v(); i++, b++) {
        mcu.component[b] = index;
        mcu.row[b] = i / c.h();
        mcu.column[b] = i % c.h();
        mcu.rowStep[b] = c.v();
        mcu.columnStep[b] = c.h();
      }
    }
    return mcu;
  }

  /// Number of blocks in an MCU of an interleaved scan; the standard allows 10 (B.2.3).
  static int blocks(Frame frame, List<Integer> components) {
    return components.stream().map(frame.components()::get).mapToInt(c -> c.h() * c.v()).sum();
  }

  /// The row of MCUs of the whole frame (`V_max` blocks high) that an MCU of this scan lies in.
  int frameRow(int mcu, Frame frame) {
    int row = mcu / wide;
    boolean interleaved = component.length > 1;
    return interleaved ? row : row / frame.components().get(component[0]).v();
  }

  /// MCUs of the scan that lie in the first rows of MCUs of the whole frame.
  int countTo(int frameRows, Frame frame) {
    boolean interleaved = component.length > 1;
    int each = interleaved ? 1 : frame.components().get(component[0]).v();
    return Math.min(count(), frameRows * each * wide);
  }

  /// Number of MCUs in a row of the scan.
  int wide() {
    return wide;
  }

  /// Number of MCUs in the scan.
  int count() {
    return wide * high;
  }

  int blocks() {
    return component.length;
  }

  /// Index in the frame of the component that block `b` of every MCU belongs to.
  int component(int b) {
    return component[b];
  }

  /// Distance in its component of block `b` of neighbouring MCUs, in columns.
  int columnStep(int b) {
    return columnStep[b];
  }

  /// Row in its component of block `b` of MCU number `mcu`.
  int row(int mcu, int b) {
    return mcu / wide * rowStep[b] + row[b];
  }

  /// Column in its component of block `b` of MCU number `mcu`.
  int column(int mcu, int b) {
    return mcu % wide * columnStep[b] + column[b];
  }

  /// Index in the component's coefficients of block `b` of MCU number `mcu`.
  int offset(ComponentCoefficients coefficients, int mcu, int b) {
    return coefficients.offset(row(mcu, b), column(mcu, b));
  }
}
