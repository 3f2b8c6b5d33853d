package dev.jacquard.jpeg;

import java.util.List;

/// Writes lossless files for tests (T.81 Annex H), slow and plain.
///
/// @param frame a frame of SOF3
/// @param planes by component: rows of `mcusWide · H` samples, as many as fill up MCUs
/// @param predictor 1..7
/// @param pointTransform low bits that are left out
/// @param restartRows rows of MCUs between restart markers, 0 for no markers
record LosslessEncoder(
    Frame frame, List<short[]> planes, int predictor, int pointTransform, int restartRows) {

  /// Writes a file.
  ///
  /// @param scans components of each scan
  byte[] encode(List<List<Integer>> scans) {
    ByteSink out = new ByteSink();
    HeaderWriter header = new HeaderWriter(out);
    out.writeMarker(Marker.SOI);
    header.frame(frame);
    for (List<Integer> components : scans) {
      Mcu mcu = Mcu.of(frame, components);
      SymbolCounter counter = new SymbolCounter();
      ByteSink nowhere = new ByteSink();
      code(mcu, counter, new BitWriter(nowhere), nowhere);
      HuffmanSpec table = counter.best();
      header.huffmanTable(2, table);
      header.restartInterval(restartRows * mcu.wide());
      out.writeMarker(Marker.SOS);
      out.writeShort(6 + 2 * components.size());
      out.writeByte(components.size());
      for (int c : components) {
        out.writeByte(frame.components().get(c).id());
        out.writeByte(0x20);
      }
      out.writeByte(predictor);
      out.writeByte(0);
      out.writeByte(pointTransform);
      BitWriter bits = new BitWriter(out);
      code(mcu, SymbolWriter.to(bits, new HuffmanEncoder(table)), bits, out);
    }
    out.writeMarker(Marker.EOI);
    return out.toByteArray();
  }

  private void code(Mcu mcu, SymbolWriter symbols, BitWriter bits, ByteSink out) {
    int restarts = 0;
    int[] firstRow = new int[planes.size()];
    for (int m = 0; m < mcu.count(); m++) {
      if (restartRows > 0 && m > 0 && m % (restartRows * mcu.wide()) == 0) {
        bits.pad();
        out.writeMarker(Marker.RST0 + restarts++ % 8);
        for (int b = mcu.blocks() - 1; b >= 0; b--) {
          firstRow[mcu.component(b)] = mcu.row(m, b);
        }
      }
      for (int b = 0; b < mcu.blocks(); b++) {
        int c = mcu.component(b);
        int x = mcu.column(m, b);
        int y = mcu.row(m, b);
        short difference = (short) (sample(c, x, y) - prediction(c, x, y, firstRow[c]));
        if (difference == Short.MIN_VALUE) {
          symbols.write(16, 0, 0);
        } else {
          symbols.magnitude(0, Math.abs(difference), difference < 0);
        }
      }
    }
    bits.pad();
  }

  private int sample(int component, int x, int y) {
    int stride = frame.mcusWide() * frame.components().get(component).h();
    return (planes.get(component)[y * stride + x] & 0xFFFF) >> pointTransform;
  }

  private int prediction(int c, int x, int y, int firstRow) {
    if (x == 0 && y == firstRow) {
      return 1 << (frame.precision() - pointTransform - 1);
    }
    if (y == firstRow) {
      return sample(c, x - 1, y);
    }
    if (x == 0) {
      return sample(c, x, y - 1);
    }
    int ra = sample(c, x - 1, y);
    int rb = sample(c, x, y - 1);
    int rc = sample(c, x - 1, y - 1);
    return switch (predictor) { // table H.1
      case 1 -> ra;
      case 2 -> rb;
      case 3 -> rc;
      case 4 -> ra + rb - rc;
      case 5 -> ra + ((rb - rc) >> 1);
      case 6 -> rb + ((ra - rc) >> 1);
      default -> (ra + rb) >> 1;
    };
  }
}
