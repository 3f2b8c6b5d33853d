package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import dev.jacquard.jpeg.dct.ZigZag;

/// Writes marker segments (T.81 B.2).
final class HeaderWriter {
  private final ByteSink out;

  HeaderWriter(ByteSink out) {
    this.out = out;
  }

  /// The APP0 segment of a JFIF 1.01 file without thumbnail, pixels square (T.871 clause 10.1).
  void jfif() {
    out.writeMarker(Marker.APP0);
    out.writeShort(16);
    for (char c : "JFIF\0".toCharArray()) {
      out.writeByte(c);
    }
    out.writeShort(0x0101); // version
    out.writeByte(0); // units: only the aspect ratio
    out.writeShort(1); // horizontal density
    out.writeShort(1); // vertical density
    out.writeShort(0); // no thumbnail
  }

  /// One quantisation table (B.2.4.1).
  void quantTable(int number, QuantTable table) {
    boolean wide = table.needs16Bits();
    out.writeMarker(Marker.DQT);
    out.writeShort(wide ? 131 : 67);
    out.writeByte((wide ? 0x10 : 0) | number);
    for (int k = 0; k < 64; k++) {
      int step = table.step(ZigZag.natural(k));
      if (wide) {
        out.writeShort(step);
      } else {
        out.writeByte(step);
      }
    }
  }

  /// The two typical Huffman tables for one number (B.2.4.2).
  void huffmanTables(int number) {
    huffmanTable(number, HuffmanSpec.annexK(true, number));
    huffmanTable(0x10 | number, HuffmanSpec.annexK(false, number));
  }

  private void huffmanTable(int classAndNumber, HuffmanSpec spec) {
    out.writeMarker(Marker.DHT);
    out.writeShort(19 + spec.size());
    out.writeByte(classAndNumber);
    for (int length = 1; length <= 16; length++) {
      out.writeByte(spec.count(length));
    }
    for (int i = 0; i < spec.size(); i++) {
      out.writeByte(spec.symbol(i));
    }
  }

  /// The frame header (B.2.2).
  void frame(Frame frame) {
    out.writeMarker(frame.sof());
    out.writeShort(8 + 3 * frame.components().size());
    out.writeByte(frame.precision());
    out.writeShort(frame.height());
    out.writeShort(frame.width());
    out.writeByte(frame.components().size());
    for (FrameComponent c : frame.components()) {
      out.writeByte(c.id());
      out.writeByte(c.h() << 4 | c.v());
      out.writeByte(c.tq());
    }
  }

  /// The restart interval (B.2.4.4).
  void restartInterval(int mcus) {
    out.writeMarker(Marker.DRI);
    out.writeShort(4);
    out.writeShort(mcus);
  }

  /// The header of a sequential scan of all components (B.2.3); Huffman tables have the number of
  /// the quantisation table.
  void scan(Frame frame) {
    out.writeMarker(Marker.SOS);
    out.writeShort(6 + 2 * frame.components().size());
    out.writeByte(frame.components().size());
    for (FrameComponent c : frame.components()) {
      out.writeByte(c.id());
      out.writeByte(c.tq() << 4 | c.tq());
    }
    out.writeByte(0); // Ss
    out.writeByte(63); // Se
    out.writeByte(0); // Ah, Al
  }
}
