package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads markers and their segments up to the next scan (T.81 B.1, B.2) and keeps what they set.
final class HeaderReader {
  private byte[] data;
  private int end;
  private boolean complete = true;
  private final TableSet tables;
  private final Problems problems;
  private final DecoderLimits limits;
  private final List<MarkerSegment> kept = new ArrayList<>();
  private int position;
  private int segments;
  private int scans;
  private @Nullable Frame frame;
  private int restartInterval;
  private boolean jfif;
  private int adobeTransform = -1;

  HeaderReader(byte[] data, TableSet tables, Problems problems, DecoderLimits limits) {
    this.data = data;
    this.end = data.length;
    this.tables = tables;
    this.problems = problems;
    this.limits = limits;
  }

  /// Tells how much of the stream is there by now; see [EntropyBytes#extend].
  void extend(byte[] bytes, int known, boolean whole) {
    data = bytes;
    end = known;
    complete = whole;
  }

  /// Whether the next marker is there with its segment, or never will be.
  boolean hasSegment() {
    int at = position;
    while (at + 1 < end && (data[at] != -1 || data[at + 1] == 0 || data[at + 1] == -1)) {
      at++;
    }
    boolean marker = at + 1 < end;
    if (complete || (marker && Marker.isStandalone(data[at + 1] & 0xFF))) {
      return true;
    }
    return marker && hasParameters(at + 2);
  }

  private boolean hasParameters(int at) {
    return at + 1 < end && at + ((data[at] & 0xFF) << 8 | (data[at + 1] & 0xFF)) <= end;
  }

  /// Reads the SOI marker, with which every stream must start (B.2.1).
  void expectStart() throws JpegFormatException {
    if (end < 2 || data[0] != -1 || (data[1] & 0xFF) != Marker.SOI) {
      throw new JpegFormatException("no SOI marker, so no JPEG stream", 0, "B.2.1");
    }
    position = 2;
  }

  /// Reads segments.
  ///
  /// @return true before the parameters of an SOS segment, false after EOI or at the end of the
  ///   data
  boolean readUntilScan() throws JpegException {
    int marker;
    do {
      marker = readSegment();
    } while (marker != Marker.SOS && marker != Marker.EOI);
    return marker == Marker.SOS;
  }

  /// Reads one segment, of SOS only the marker.
  ///
  /// @return its marker; EOI also at the end of the data
  int readSegment() throws JpegException {
    int marker = nextMarker();
    if (marker == Marker.EOI || marker == Marker.SOS) {
      return marker;
    }
    if (marker == Marker.SOI) {
      throw new JpegFormatException("second SOI marker", position - 2, "B.2.1");
    }
    if (Marker.isStandalone(marker)) {
      problems.report(Marker.name(marker) + " outside of a scan", position - 2, "B.2.1");
      return marker;
    }
    limits.checkSegments(++segments, position - 2);
    SegmentReader segment = SegmentReader.open(data, marker, position);
    apply(marker, segment);
    position = segment.end();
    return marker;
  }

  /// Finds the next marker and goes past it (B.1.1.2: fill bytes X'FF' may precede it).
  private int nextMarker() throws JpegFormatException {
    int from = position;
    while (position + 1 < end) {
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
    position = end;
    problems.report("stream ends without an EOI marker", end, "B.2.1");
    return Marker.EOI;
  }

  private void apply(int marker, SegmentReader segment) throws JpegException {
    switch (marker) {
      case Marker.DQT -> SegmentParser.quantTables(segment, tables, problems);
      case Marker.DHT -> SegmentParser.huffmanTables(segment, tables);
      case Marker.DRI -> restartInterval = SegmentParser.restartInterval(segment);
      case Marker.DAC -> SegmentParser.conditioning(segment, tables);
      case Marker.SOF0, Marker.SOF1, Marker.SOF2, Marker.SOF3, Marker.SOF9, Marker.SOF10 ->
          setFrame(SegmentParser.frame(marker, segment));
      case Marker.DNL -> checkLines(segment);
      default -> keepOrRefuse(marker, segment);
    }
  }

  private void setFrame(Frame newFrame) throws JpegFormatException {
    if (frame != null) {
      throw new JpegFormatException("second frame header", position - 2, "B.2.1");
    }
    frame = newFrame;
  }

  private void keepOrRefuse(int marker, SegmentReader segment) throws JpegException {
    if (marker != Marker.COM && (marker < Marker.APP0 || marker > Marker.APP15)) {
      String problem = process(marker) + " (" + Marker.name(marker) + ") is not supported";
      throw new JpegUnsupportedException(problem, position - 2);
    }
    MarkerSegment contents = new MarkerSegment(marker, segment.bytes(segment.remaining()));
    kept.add(contents);
    jfif |= marker == Marker.APP0 && contents.startsWith("JFIF\0", 14);
    if (marker == Marker.APP14 && contents.startsWith("Adobe", 12)) {
      adobeTransform = contents.data()[11] & 0xFF;
    }
  }

  /// What a DNL can tell is known by now; one that says otherwise, or nothing, is passed over.
  private void checkLines(SegmentReader segment) throws JpegFormatException {
    if (frame == null || segment.remaining() != 2) {
      problems.report("DNL that does not belong to a scan", position - 2, "B.2.5");
      return;
    }
    int lines = segment.u16();
    if (frame.height() != lines) {
      String problem = "DNL of %d lines, the frame has %d".formatted(lines, frame.height());
      problems.report(problem, position - 2, "B.2.5");
    }
  }

  /// Looks ahead for the DNL segment behind the first scan if the frame header leaves the number of
  /// lines to it (B.2.5).
  ///
  /// @return whether the number of lines is known now; it may not be where the stream is growing
  boolean findLines() throws JpegFormatException {
    if (frame().height() > 0) {
      return true;
    }
    EntropyBytes scan =
        new EntropyBytes(data, SegmentReader.open(data, Marker.SOS, position).end());
    scan.extend(data, end, complete);
    int marker = scan.nextMarker();
    while (Marker.isRestart(marker) && scan.atMarker()) {
      scan.passMarker();
      marker = scan.nextMarker();
    }
    if (!scan.atMarker()) {
      return false;
    }
    if (marker != Marker.DNL) {
      throw new JpegFormatException("no DNL for a frame of 0 lines", scan.offset(0), "B.2.5");
    }
    scan.passMarker();
    if (!complete && !hasParameters(scan.offset(0))) {
      return false;
    }
    int lines = SegmentParser.lines(SegmentReader.open(data, marker, scan.offset(0)));
    frame = frame().withHeight(lines);
    return true;
  }

  private static String process(int marker) {
    if (!Marker.isFrame(marker)) {
      return "reserved or hierarchical segment";
    }
    if ((marker & 7) > 4) {
      return "hierarchical process";
    }
    return "lossless arithmetic process";
  }

  /// Reads the parameters of the SOS segment that [#readUntilScan()] found.
  ScanHeader readScan() throws JpegException {
    limits.checkScans(++scans, position - 2);
    SegmentReader segment = SegmentReader.open(data, Marker.SOS, position);
    ScanHeader scan = SegmentParser.scan(frame(), segment);
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

  /// Application data and comments so far.
  JpegMetadata metadata() {
    return new JpegMetadata(kept);
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
