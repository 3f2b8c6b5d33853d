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
  private final ScanHeader scan;
  private final int predictor;
  private final int pointTransform;
  private final int precision;
  // by component: the first row of the restart interval
  private final int[] firstRow;

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
    this.scan = scan;
    this.predictor = scan.band().ss();
    this.pointTransform = scan.band().al();
    this.precision = frame.precision();
    this.firstRow = new int[planes.size()];
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
      plane.samples()[at] = (short) (prediction + difference(symbols[component]));
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
    short[] samples = plane.samples();
    if (inFirstRow) {
      return x == 0 ? 1 << (precision - pointTransform - 1) : samples[at - 1] & 0xFFFF;
    }
    int b = samples[at - plane.stride()] & 0xFFFF; // above
    if (x == 0) {
      return b;
    }
    int a = samples[at - 1] & 0xFFFF; // to the left
    int c = samples[at - plane.stride() - 1] & 0xFFFF; // between both
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

  @Override
  public void restart(int m) {
    for (int b = 0; b < mcu.blocks(); b++) {
      int component = mcu.component(b);
      int row = mcu.row(m, b);
      firstRow[component] = b == 0 || mcu.component(b - 1) != component ? row : firstRow[component];
    }
  }

  /// Undoes the point transform (H.1.2.3).
  void finish() {
    int max = (1 << precision) - 1;
    for (int index : scan.indices()) {
      short[] samples = planes.get(index).samples();
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (short) (samples[i] << pointTransform & max);
      }
    }
  }
}
