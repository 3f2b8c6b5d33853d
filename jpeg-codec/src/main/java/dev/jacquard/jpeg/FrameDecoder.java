package dev.jacquard.jpeg;

import dev.jacquard.jpeg.ScanHeader.ScanComponent;
import dev.jacquard.jpeg.dct.QuantTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Collects the coefficients of a frame from its scans (T.81 E.2.2).
final class FrameDecoder {
  private final byte[] data;
  private final HeaderReader header;
  private final Problems problems;
  private final Frame frame;
  private final List<ComponentCoefficients> coefficients;
  // the table in force when the component's first scan began; null before that
  private final @Nullable QuantTable[] quantTables;

  FrameDecoder(byte[] data, HeaderReader header, Problems problems) throws JpegFormatException {
    this.data = data;
    this.header = header;
    this.problems = problems;
    this.frame = header.frame();
    this.coefficients =
        frame.components().stream().map(c -> ComponentCoefficients.of(frame, c)).toList();
    this.quantTables = new @Nullable QuantTable[coefficients.size()];
  }

  /// Decodes the scan whose header comes next.
  void decodeScan() throws JpegFormatException {
    ScanHeader scan = header.readScan();
    BitReader in = new BitReader(data, header.offset());
    Map<Integer, BlockDecoder> coders = new HashMap<>();
    for (ScanComponent c : scan.components()) {
      latchQuantTable(c.index(), scan.offset());
      HuffmanDecoder dc = huffman(true, c.td(), scan.offset());
      HuffmanDecoder ac = huffman(false, c.ta(), scan.offset());
      coders.put(c.index(), new BlockDecoder(dc, ac, in, problems));
    }
    Mcu mcu = Mcu.of(frame, scan.indices());
    List<BlockDecoder> byBlock = new ArrayList<>();
    for (int b = 0; b < mcu.blocks(); b++) {
      byBlock.add(Objects.requireNonNull(coders.get(mcu.component(b))));
    }
    new ScanDecoder(in, header.restartInterval(), problems).decode(mcu, byBlock, coefficients);
    in.nextMarker();
    header.continueAt(in.offset());
  }

  private void latchQuantTable(int index, int offset) throws JpegFormatException {
    if (quantTables[index] != null) {
      problems.report("second scan of component number " + index, offset, "B.2.3");
      return;
    }
    int number = frame.components().get(index).tq();
    QuantTable table = header.tables().quant(number);
    if (table == null) {
      throw new JpegFormatException("no quantisation table " + number, offset, "B.2.4.1");
    }
    if (frame.sof() == Marker.SOF0 && table.needs16Bits()) {
      problems.report("16-bit quantisation table in a baseline frame", offset, "B.2.4.1");
    }
    quantTables[index] = table;
  }

  /// The decoder of a table; where the stream defines none, that of Annex K, as in Motion JPEG.
  private HuffmanDecoder huffman(boolean isDc, int number, int offset) throws JpegFormatException {
    HuffmanSpec spec = header.tables().huffman(isDc, number);
    if (spec == null) {
      String problem = "no %s Huffman table %d".formatted(isDc ? "DC" : "AC", number);
      if (number > 1) {
        throw new JpegFormatException(problem, offset, "B.2.4.2");
      }
      problems.report(problem, offset, "B.2.4.2");
      spec = HuffmanSpec.annexK(isDc, number);
    }
    if (frame.sof() == Marker.SOF0 && number > 1) {
      problems.report("Huffman table " + number + " in a baseline frame", offset, "B.2.3");
    }
    return HuffmanDecoder.of(spec, isDc, offset);
  }

  /// Reports components that no scan has brought.
  void checkComplete() throws JpegFormatException {
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < quantTables.length; i++) {
      if (quantTables[i] == null) {
        missing.add(i);
      }
    }
    if (!missing.isEmpty()) {
      problems.report("no scan of components " + missing, header.offset(), "B.2.1");
    }
  }

  List<ComponentCoefficients> coefficients() {
    return coefficients;
  }

  @Nullable QuantTable[] quantTables() {
    return quantTables;
  }
}
