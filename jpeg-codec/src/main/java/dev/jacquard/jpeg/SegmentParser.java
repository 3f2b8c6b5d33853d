package dev.jacquard.jpeg;

import dev.jacquard.jpeg.ScanHeader.ScanComponent;
import dev.jacquard.jpeg.dct.QuantTable;
import dev.jacquard.jpeg.dct.ZigZag;
import java.util.ArrayList;
import java.util.List;

/// Reads the parameters of the marker segments that decoding needs (T.81 B.2).
final class SegmentParser {
  private SegmentParser() {}

  /// Quantisation tables (B.2.4.1).
  static void quantTables(SegmentReader in, TableSet tables, Problems problems)
      throws JpegFormatException {
    while (in.remaining() > 0) {
      int offset = in.offset();
      int pqTq = in.u8();
      int number = destination(pqTq & 15, "quantisation", offset);
      int[] steps = new int[64];
      for (int k = 0; k < 64; k++) {
        int step = pqTq >> 4 == 0 ? in.u8() : in.u16();
        if (step == 0) {
          problems.report("quantisation step 0", in.offset() - 1, "B.2.4.1");
        }
        steps[ZigZag.natural(k)] = step;
      }
      tables.setQuant(number, new QuantTable(steps));
    }
  }

  /// Huffman tables (B.2.4.2).
  static void huffmanTables(SegmentReader in, TableSet tables) throws JpegFormatException {
    while (in.remaining() > 0) {
      int offset = in.offset();
      int tcTh = in.u8();
      boolean isDc = (tcTh & 0x10) == 0;
      int number = destination(tcTh & ~0x10, "Huffman", offset);
      byte[] counts = in.bytes(16);
      int n = 0;
      for (byte count : counts) {
        n += count & 0xFF;
      }
      if (n > 256) {
        throw new JpegFormatException(n + " Huffman codes, need 0..256", offset, "B.2.4.2");
      }
      HuffmanSpec spec = new HuffmanSpec(counts, in.bytes(n));
      HuffmanDecoder.of(
          spec,
          isDc ? BlockDecoders.LOSSLESS : BlockDecoders.AC,
          offset); // reports contradictions here
      tables.setHuffman(isDc, number, spec);
    }
  }

  /// Conditioning of arithmetic tables (B.2.4.3).
  static void conditioning(SegmentReader in, TableSet tables) throws JpegFormatException {
    while (in.remaining() > 0) {
      int offset = in.offset();
      int tcTb = in.u8();
      int value = in.u8();
      int number = tcTb & 15;
      Conditioning old = tables.conditioning(number);
      if (tcTb >> 4 == 0 && (value & 15) <= value >> 4) {
        tables.setConditioning(number, old.withDc(value & 15, value >> 4));
      } else if (tcTb >> 4 == 1) {
        tables.setConditioning(number, old.withAc(value));
      } else {
        String problem = "conditioning %02X of table %02X".formatted(value, tcTb);
        throw new JpegFormatException(problem, offset, "B.2.4.3");
      }
    }
  }

  /// Number of lines (B.2.5).
  static int lines(SegmentReader in) throws JpegFormatException {
    int offset = in.offset();
    int lines = in.u16();
    in.expectEnd();
    if (lines == 0) {
      throw new JpegFormatException("DNL of 0 lines", offset, "B.2.5");
    }
    return lines;
  }

  private static int destination(int number, String kind, int offset) throws JpegFormatException {
    if (number > 3) {
      String problem = "%s table destination %d, need 0..3".formatted(kind, number);
      throw new JpegFormatException(problem, offset, "B.2.4");
    }
    return number;
  }

  /// Frame header (B.2.2), of any process.
  static Frame frame(int sof, SegmentReader in) throws JpegFormatException {
    int offset = in.offset();
    int precision = in.u8();
    int height = in.u16();
    int width = in.u16();
    int n = in.u8();
    if (width == 0 || n == 0) {
      String problem = "frame of %d samples a line, %d components".formatted(width, n);
      throw new JpegFormatException(problem, offset, "B.2.2");
    }
    List<FrameComponent> components = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      components.add(component(in));
    }
    in.expectEnd();
    return new Frame(sof, precision, width, height, List.copyOf(components));
  }

  private static FrameComponent component(SegmentReader in) throws JpegFormatException {
    int offset = in.offset();
    int id = in.u8();
    int hv = in.u8();
    int h = hv >> 4;
    int v = hv & 15;
    if (h < 1 || h > 4 || v < 1 || v > 4) {
      String problem = "sampling factors %d x %d, need 1..4".formatted(h, v);
      throw new JpegFormatException(problem, offset, "B.2.2");
    }
    return new FrameComponent(id, h, v, destination(in.u8(), "quantisation", offset));
  }

  /// Scan header (B.2.3).
  static ScanHeader scan(Frame frame, SegmentReader in) throws JpegFormatException {
    int offset = in.offset();
    int n = in.u8();
    if (n < 1 || n > 4) {
      throw new JpegFormatException(n + " components in scan, need 1..4", offset, "B.2.3");
    }
    List<ScanComponent> components = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      components.add(scanComponent(frame, in, components));
    }
    int ss = in.u8();
    int se = in.u8();
    int ahAl = in.u8();
    in.expectEnd();
    Band band = new Band(ss, se, ahAl >> 4, ahAl & 15);
    ScanHeader scan = new ScanHeader(offset, List.copyOf(components), band);
    if (n > 1 && Mcu.blocks(frame, scan.indices()) > 10) {
      throw new JpegFormatException("more than 10 blocks in an MCU", offset, "B.2.3");
    }
    return scan;
  }

  private static ScanComponent scanComponent(
      Frame frame, SegmentReader in, List<ScanComponent> before) throws JpegFormatException {
    int offset = in.offset();
    int id = in.u8();
    int tdTa = in.u8();
    for (int i = 0; i < frame.components().size(); i++) {
      int index = i;
      if (frame.components().get(i).id() == id
          && before.stream().noneMatch(c -> c.index() == index)) {
        return new ScanComponent(i, tdTa >> 4, tdTa & 15);
      }
    }
    throw new JpegFormatException("scan of unknown component " + id, offset, "B.2.3");
  }

  /// Restart interval (B.2.4.4).
  static int restartInterval(SegmentReader in) throws JpegFormatException {
    int interval = in.u16();
    in.expectEnd();
    return interval;
  }
}
