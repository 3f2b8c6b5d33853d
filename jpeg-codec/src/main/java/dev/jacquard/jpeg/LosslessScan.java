package dev.jacquard.jpeg;

import dev.jacquard.jpeg.color.SamplePlane;
import java.util.List;

/// A lossless scan: each sample is coded as its difference from a prediction by its neighbours
/// (T.81 H.1.2, H.2).
final class LosslessScan implements McuDecoder {
  private final Mcu mcu;
  private final SymbolReader[] symbols;
  private final BitReader in;
  private final List<SamplePlane> planes;
  private final int predictor;
  private final int pointTransform;
  private final int precision;
  // by component: the first row of the restart interval
  private final int[] firstRow;
  private final int[] savedFirstRow;

  /// A scan.
  ///
  /// @param symbols by index of a component in the frame
  /// @param planes by index of a component in the frame, with room for whole MCUs
  LosslessScan(
      Frame frame,
      ScanHeader scan,
      Mcu mcu,
      SymbolReader[] symbols,
      BitReader in,
      List<SamplePlane> planes) {
    this.mcu = mcu;
    this.symbols = symbols;
    this.in = in;
    this.planes = planes;
    this.predictor = scan.band().ss();
    this.pointTransform = scan.band().al();
    this.precision = frame.precision();
    this.firstRow = new int[planes.size()];
    this.savedFirstRow = new int[planes.size()];
  }

  @Override
  public void decode(int m) throws JpegFormatException {
    for (int b = 0; b < mcu.blocks(); b++) {
      int component = mcu.component(b);
      SamplePlane plane = planes.get(component);
      int x = mcu.column(m, b);
      int y = mcu.row(m, b);
      int at = y * plane.stride() + x;
      int prediction = predict(plane, at, x, y == firstRow[component]);
      int value = prediction + difference(symbols[component]);
      plane.samples()[at] = (short) (value << pointTransform & ((1 << precision) - 1)); // H.1.2.3
    }
  }

  /// Category and bits of a difference modulo 2^16 (H.1.2.2, table H.2).
  private int difference(SymbolReader table) throws JpegFormatException {
    int category = table.next();
    return category == 16 ? 1 << 15 : in.receiveExtend(category);
  }

  /// The prediction (H.1.2.1, table H.1): in the first row, and in the first column, from the one
  /// neighbour there is.
  private int predict(SamplePlane plane, int at, int x, boolean inFirstRow) {
    if (inFirstRow) {
      return x == 0 ? 1 << (precision - pointTransform - 1) : value(plane, at - 1);
    }
    int b = value(plane, at - plane.stride()); // above
    if (x == 0) {
      return b;
    }
    int a = value(plane, at - 1); // to the left
    int c = value(plane, at - plane.stride() - 1); // between both
    return switch (predictor) {
      case 1 -> a;
      case 2 -> b;
      case 3 -> c;
      case 4 -> a + b - c;
      case 5 -> a + ((b - c) >> 1);
      case 6 -> b + ((a - c) >> 1);
      default -> (a + b) >> 1;
    };
  }

  /// A sample as it was coded, less the point transform.
  private int value(SamplePlane plane, int at) {
    return (plane.samples()[at] & 0xFFFF) >> pointTransform;
  }

  @Override
  public void restart(int m) {
    for (int b = 0; b < mcu.blocks(); b++) {
      int component = mcu.component(b);
      int row = mcu.row(m, b);
      firstRow[component] = b == 0 || mcu.component(b - 1) != component ? row : firstRow[component];
    }
  }

  @Override
  public void save(int m) {
    System.arraycopy(firstRow, 0, savedFirstRow, 0, firstRow.length);
  }

  @Override
  public void restore(int m) {
    System.arraycopy(savedFirstRow, 0, firstRow, 0, firstRow.length);
  }
}
