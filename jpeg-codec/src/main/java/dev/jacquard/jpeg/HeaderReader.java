package dev.jacquard.jpeg;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads markers and their segments up to the next scan (T.81 B.1, B.2) and keeps what they set.
final class HeaderReader {
  private final byte[] data;
  private final TableSet tables;
  private final Problems problems;
  private int position;
  private @Nullable Frame frame;
  private int restartInterval;
  private boolean jfif;
  private int adobeTransform = -1;

  HeaderReader(byte[] data, TableSet tables, Problems problems) {
    this.data = data;
    this.tables = tables;
    this.problems = problems;
  }

  /// Reads the SOI marker, with which every stream must start (B.2.1).
  void expectStart() throws JpegFormatException {
    if (data.length < 2 || data[0] != -1 || (data[1] & 0xFF) != Marker.SOI) {
      throw new JpegFormatException("no SOI marker, so no JPEG stream", 0, "B.2.1");
    }
    position = 2;
  }

  /// Reads segments.
  ///
  /// @return true before the parameters of an SOS segment, false after EOI or at the end of the
  ///   data
  boolean readUntilScan() throws JpegException {
    while (true) {
      int marker = nextMarker();
      if (marker == Marker.EOI) {
        return false;
      }
      if (marker == Marker.SOS) {
        return true;
      }
      if (marker == Marker.SOI) {
        throw new JpegFormatException("second SOI marker", position - 2, "B.2.1");
      }
      if (Marker.isStandalone(marker)) {
        problems.report(Marker.name(marker) + " outside of a scan", position - 2, "B.2.1");
        continue;
      }
      SegmentReader segment = SegmentReader.open(data, marker, position);
      apply(marker, segment);
      position = segment.end();
    }
  }

  /// Finds the next marker and goes past it (B.1.1.2: fill bytes X'FF' may precede it).
  private int nextMarker() throws JpegFormatException {
    int from = position;
    while (position + 1 < data.length) {
      if (data[position] != -1 || data[position + 1] == 0) {
        position++;
      } else if (data[position + 1] == -1) {
        position++;
        from++;
      } else {
        if (position > from) {
          problems.report(position - from + " bytes between segments", from, "B.1.1.2");
        }
        position += 2;
        return data[position - 1] & 0xFF;
      }
    }
    position = data.length;
    problems.report("stream ends without an EOI marker", data.length, "B.2.1");
    return Marker.EOI;
  }

  private void apply(int marker, SegmentReader segment) throws JpegException {
    switch (marker) {
      case Marker.DQT -> SegmentParser.quantTables(segment, tables, problems);
      case Marker.DHT -> SegmentParser.huffmanTables(segment, tables);
      case Marker.DRI -> restartInterval = SegmentParser.restartInterval(segment);
      case Marker.SOF0, Marker.SOF1 -> setFrame(SegmentParser.frame(marker, segment));
      case Marker.APP0 -> jfif |= startsWith(segment, "JFIF\0", 14);
      case Marker.APP14 -> {
        if (startsWith(segment, "Adobe", 12)) {
          adobeTransform = data[segment.offset() + 11] & 0xFF;
        }
      }
      case Marker.DNL -> problems.report("DNL although the frame has lines", position - 2, "B.2.5");
      default -> skip(marker);
    }
  }

  private void setFrame(Frame newFrame) throws JpegFormatException {
    if (frame != null) {
      throw new JpegFormatException("second frame header", position - 2, "B.2.1");
    }
    frame = newFrame;
  }

  private boolean startsWith(SegmentReader segment, String text, int atLeast) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (segment.remaining() < atLeast) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (data[segment.offset() + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private void skip(int marker) throws JpegUnsupportedException {
    boolean harmless =
        (marker >= Marker.APP0 && marker <= Marker.APP15)
            || marker == Marker.COM
            || marker == Marker.DAC;
    if (!harmless) {
      String problem = process(marker) + " (" + Marker.name(marker) + ") is not supported";
      throw new JpegUnsupportedException(problem, position - 2);
    }
  }

  private static String process(int marker) {
    if (!Marker.isFrame(marker)) {
      return "reserved or hierarchical segment";
    }
    return switch (marker & 3) {
      case 1 -> "sequential arithmetic or differential process";
      case 2 -> "progressive process";
      default -> "lossless process";
    };
  }

  /// Reads the parameters of the SOS segment that [#readUntilScan()] found.
  ScanHeader readScan() throws JpegFormatException {
    SegmentReader segment = SegmentReader.open(data, Marker.SOS, position);
    ScanHeader scan = SegmentParser.scan(frame(), segment, problems);
    position = segment.end();
    return scan;
  }

  /// The frame header.
  ///
  /// @throws JpegFormatException if there was none
  Frame frame() throws JpegFormatException {
    if (frame == null) {
      throw new JpegFormatException("no frame header before the scan", position, "B.2.1");
    }
    return frame;
  }

  ColorModel colorModel() throws JpegFormatException {
    return ColorModel.of(frame(), jfif, adobeTransform);
  }

  TableSet tables() {
    return tables;
  }

  /// MCUs between restart markers, 0 for none.
  int restartInterval() {
    return restartInterval;
  }

  /// Index of the next byte to read.
  int offset() {
    return position;
  }

  /// Goes on behind a scan.
  void continueAt(int offset) {
    position = offset;
  }
}
