package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.QuantTable;
import dev.jacquard.jpeg.dct.ZigZag;

/// Writes marker segments (T.81 B.2).
final class HeaderWriter {
  private final ByteSink out;

  HeaderWriter(ByteSink out) {
    this.out = out;
  }

  /// The APP0 segment of a JFIF file without thumbnail (T.871 clause 10.1).
  void jfif(JfifHeader jfif) {
    out.writeMarker(Marker.APP0);
    out.writeShort(16);
    for (char c : "JFIF\0".toCharArray()) {
      out.writeByte(c);
    }
    out.writeShort(jfif.version());
    out.writeByte(jfif.units());
    out.writeShort(jfif.xDensity());
    out.writeShort(jfif.yDensity());
    out.writeShort(0); // no thumbnail
  }

  /// Adobe's APP14 segment (Adobe Technical Note 5116, clause 18).
  ///
  /// @param transform 0 for RGB and CMYK, 1 for YCbCr, 2 for YCCK
  void adobe(int transform) {
    out.writeMarker(Marker.APP14);
    out.writeShort(14);
    for (char c : "Adobe".toCharArray()) {
      out.writeByte(c);
    }
    out.writeShort(100); // version
    out.writeShort(0); // flags
    out.writeShort(0); // more flags
    out.writeByte(transform);
  }

  /// Application data or a comment (B.2.4.5, B.2.4.6).
  void segment(MarkerSegment segment) {
    byte[] data = segment.data();
    out.writeMarker(segment.marker());
    out.writeShort(2 + data.length);
    for (byte b : data) {
      out.writeByte(b);
    }
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

  /// The two Huffman tables for one number (B.2.4.2).
  void huffmanTables(int number, HuffmanTables tables) {
    huffmanTable(number, tables.spec(true, number));
    huffmanTable(0x10 | number, tables.spec(false, number));
  }

  /// One Huffman table.
  ///
  /// @param classAndNumber number, with 16 added for AC
  void huffmanTable(int classAndNumber, HuffmanSpec spec) {
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

  /// The conditioning of the arithmetic tables that a scan uses (B.2.4.3): the defaults, said
  /// aloud.
  void conditioning(ScanPlan scan, ColorModel model) {
    Conditioning values = Conditioning.DEFAULT;
    ByteSink tables = new ByteSink();
    int[] numbers =
        scan.components().stream().mapToInt(model::codingTable).distinct().sorted().toArray();
    for (int number : numbers) {
      if (scan.needsDcTable()) {
        tables.writeShort(number << 8 | values.upper() << 4 | values.lower());
      }
      if (scan.needsAcTable()) {
        tables.writeShort((BlockEncoders.AC | number) << 8 | values.kx());
      }
    }
    byte[] bytes = tables.toByteArray();
    if (bytes.length > 0) {
      out.writeMarker(Marker.DAC);
      out.writeShort(2 + bytes.length);
      for (byte b : bytes) {
        out.writeByte(b);
      }
    }
  }

  /// A scan header (B.2.3); tables that the scan does not use have number 0.
  void scan(ScanPlan scan, Frame frame, ColorModel model) {
    out.writeMarker(Marker.SOS);
    out.writeShort(6 + 2 * scan.components().size());
    out.writeByte(scan.components().size());
    for (int component : scan.components()) {
      int number = model.codingTable(component);
      out.writeByte(frame.components().get(component).id());
      out.writeByte((scan.needsDcTable() ? number << 4 : 0) | (scan.needsAcTable() ? number : 0));
    }
    out.writeByte(scan.band().ss());
    out.writeByte(scan.band().se());
    out.writeByte(scan.band().ah() << 4 | scan.band().al());
  }
}
