package dev.jacquard.jpeg;

import dev.jacquard.jpeg.JpegReport.Scan;
import dev.jacquard.jpeg.JpegReport.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists the structure of a stream without decoding its pictures; also of processes that the
/// decoder does not support, and of broken streams as far as it makes sense.
///
/// For one stream; use [#inspect(byte[])].
public final class JpegInspector {
  private final byte[] data;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Scan> scans = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private @Nullable Frame frame;
  private int restartInterval;
  private int position = 2;

  private JpegInspector(byte[] data) {
    this.data = data;
  }

  /// Inspects a stream.
  ///
  /// @param stream from SOI on
  /// @return what is in it
  /// @throws JpegFormatException if it does not start with an SOI marker
  public static JpegReport inspect(byte[] stream) throws JpegFormatException {
    new HeaderReader(stream, new TableSet(), new Problems(true), DecoderLimits.defaults())
        .expectStart();
    JpegInspector inspector = new JpegInspector(stream);
    inspector.walk();
    return inspector.report();
  }

  private void walk() {
    segments.add(new Segment(0, "SOI", 2, ""));
    try {
      boolean more = true;
      while (more) {
        more = step();
      }
    } catch (JpegException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  /// Reads one segment, and the data of the scan behind it.
  private boolean step() throws JpegException {
    int start = position;
    while (position < data.length && data[position] != -1) {
      position++;
    }
    while (position < data.length && data[position] == -1) {
      position++;
    }
    if (position >= data.length) {
      problems.add("stream ends without an EOI marker");
      return false;
    }
    int marker = data[position++] & 0xFF;
    int offset = position - 2;
    if (data[start] != -1) {
      problems.add("%d bytes between segments at byte %d".formatted(offset - start, start));
    }
    if (Marker.isStandalone(marker)) {
      segments.add(new Segment(offset, Marker.name(marker), 2, ""));
      return !endsAt(marker);
    }
    SegmentReader in = SegmentReader.open(data, marker, position);
    int length = in.end() - offset;
    position = in.end();
    segments.add(new Segment(offset, Marker.name(marker), length, describe(marker, in)));
    if (marker == Marker.SOS) {
      scan(offset);
    }
    return true;
  }

  private boolean endsAt(int marker) {
    if (marker == Marker.EOI && position < data.length) {
      problems.add("%d bytes after EOI".formatted(data.length - position));
    }
    return marker == Marker.EOI;
  }

  private String describe(int marker, SegmentReader in) throws JpegException {
    if (Marker.isFrame(marker)) {
      return frame(marker, in);
    }
    return switch (marker) {
      case Marker.DQT -> quantTables(in);
      case Marker.DHT -> huffmanTables(in);
      case Marker.DRI -> {
        restartInterval = SegmentParser.restartInterval(in);
        yield "every " + restartInterval + " MCUs";
      }
      case Marker.SOS -> scanHeader(in);
      case Marker.COM -> text(in);
      default -> marker >= Marker.APP0 && marker <= Marker.APP15 ? text(in) : "";
    };
  }

  private String frame(int marker, SegmentReader in) throws JpegFormatException {
    frame = SegmentParser.frame(marker, in);
    return "%d bits, %d x %d, %d components, %d x %d MCUs"
        .formatted(
            frame.precision(),
            frame.width(),
            frame.height(),
            frame.components().size(),
            frame.mcusWide(),
            frame.mcusHigh());
  }

  private static String quantTables(SegmentReader in) throws JpegFormatException {
    List<String> tables = new ArrayList<>();
    while (in.remaining() > 0) {
      int pqTq = in.u8();
      int bits = pqTq >> 4 == 0 ? 8 : 16;
      in.bytes(8 * bits);
      tables.add("table %d, %d bits".formatted(pqTq & 15, bits));
    }
    return String.join("; ", tables);
  }

  private static String huffmanTables(SegmentReader in) throws JpegFormatException {
    List<String> tables = new ArrayList<>();
    while (in.remaining() > 0) {
      int tcTh = in.u8();
      int codes = 0;
      for (int i = 0; i < 16; i++) {
        codes += in.u8();
      }
      in.bytes(codes);
      String kind = tcTh >> 4 == 0 ? "DC" : "AC";
      tables.add("%s table %d, %d codes".formatted(kind, tcTh & 15, codes));
    }
    return String.join("; ", tables);
  }

  /// Unlike the decoder, takes the parameters of every process.
  private static String scanHeader(SegmentReader in) throws JpegFormatException {
    int n = in.u8();
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int id = in.u8();
      int tdTa = in.u8();
      parts.add("component %d with tables %d/%d".formatted(id, tdTa >> 4, tdTa & 15));
    }
    int ss = in.u8();
    int se = in.u8();
    int ahAl = in.u8();
    parts.add("Ss %d, Se %d, Ah %d, Al %d".formatted(ss, se, ahAl >> 4, ahAl & 15));
    return String.join("; ", parts);
  }

  /// The printable characters at the start, up to 40.
  private static String text(SegmentReader in) throws JpegFormatException {
    byte[] bytes = in.bytes(Math.min(40, in.remaining()));
    return new String(bytes, StandardCharsets.US_ASCII).split("[^ -~]", 2)[0];
  }

  /// Passes entropy-coded data and counts the restart markers in it.
  private void scan(int offset) throws JpegFormatException {
    int start = position;
    int markers = 0;
    boolean inOrder = true;
    int i = start;
    for (; i + 1 < data.length; i++) {
      int code = data[i + 1] & 0xFF;
      if (data[i] != -1 || code == 0 || code == 0xFF) {
        continue;
      }
      if (!Marker.isRestart(code)) {
        break;
      }
      inOrder &= code - Marker.RST0 == markers++ % 8;
    }
    position = i + 1 < data.length ? i : data.length;
    addScan(offset, markers, inOrder, position - start);
  }

  private void addScan(int offset, int markers, boolean inOrder, int bytes)
      throws JpegFormatException {
    if (frame == null) {
      problems.add("scan at byte " + offset + " without a frame header");
      return;
    }
    int at = offset + 2;
    SegmentReader in = SegmentReader.open(data, Marker.SOS, at);
    ScanHeader header = SegmentParser.scan(frame, in);
    Mcu mcu = Mcu.of(frame, header.indices());
    int expected = restartInterval == 0 ? 0 : (mcu.count() - 1) / restartInterval;
    scans.add(
        new Scan(
            offset, mcu.count(), mcu.blocks(), restartInterval, markers, expected, inOrder, bytes));
  }

  private JpegReport report() {
    if (frame == null) {
      return new JpegReport(data.length, "no frame", 0, 0, List.of(), segments, scans, problems);
    }
    List<String> components = frame.components().stream().map(this::describe).toList();
    return new JpegReport(
        data.length,
        process(frame.sof()),
        frame.width(),
        frame.height(),
        components,
        segments,
        scans,
        problems);
  }

  private String describe(FrameComponent c) {
    return "component %d: sampling %d x %d, quantisation table %d"
        .formatted(c.id(), c.h(), c.v(), c.tq());
  }

  private static String process(int sof) {
    String name =
        switch (sof) {
          case Marker.SOF0 -> "baseline";
          case Marker.SOF1 -> "extended sequential";
          case Marker.SOF2 -> "progressive";
          case Marker.SOF3 -> "lossless";
          case Marker.SOF9 -> "extended sequential, arithmetic coding";
          case Marker.SOF10 -> "progressive, arithmetic coding";
          default -> "other process";
        };
    return name + " (" + Marker.name(sof) + ")";
  }
}
