package dev.jacquard.jpeg;

import dev.jacquard.jpeg.ScanHeader.ScanComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Chooses the decoders of a scan: by process, band and tables (T.81 tables B.3 and B.5).
final class BlockDecoders {
  /// The largest symbol of tables for DC coefficients.
  static final int DC = 15;

  /// The largest symbol of tables for AC coefficients.
  static final int AC = 255;

  /// The largest symbol of tables for lossless differences.
  static final int LOSSLESS = 16;

  private final Frame frame;
  private final ScanHeader scan;
  private final TableSet tables;
  private final Problems problems;

  BlockDecoders(Frame frame, ScanHeader scan, TableSet tables, Problems problems) {
    this.frame = frame;
    this.scan = scan;
    this.tables = tables;
    this.problems = problems;
  }

  /// Decoders by component of the scan.
  List<BlockDecoder> huffman(BitReader in) throws JpegFormatException {
    List<BlockDecoder> result = new ArrayList<>();
    for (ScanComponent c : scan.components()) {
      result.add(huffman(c, in));
    }
    return result;
  }

  private BlockDecoder huffman(ScanComponent c, BitReader in) throws JpegFormatException {
    Band band = scan.band();
    if (!frame.isProgressive()) {
      int deeper = frame.precision() - 8; // categories grow with the samples (F.1.2)
      HuffmanDc dc = new HuffmanDc(symbols(DC, c.td(), in), in, 0, 11 + deeper);
      HuffmanAc ac = new HuffmanAc(symbols(AC, c.ta(), in), in, 10 + deeper);
      return new HuffmanBlock(
          in,
          new HuffmanLookup(spec(true, c.td()), true, 11 + deeper),
          new SymbolPairs(new HuffmanLookup(spec(false, c.ta()), false, 10 + deeper)),
          dc,
          ac);
    }
    if (band.hasDc()) {
      return band.isRefinement()
          ? new DcRefinement(in, band.al())
          : new HuffmanDc(symbols(DC, c.td(), in), in, band.al(), 15);
    }
    SymbolReader symbols = symbols(AC, c.ta(), in);
    return band.isRefinement()
        ? new HuffmanAcRefinement(symbols, in, band)
        : new HuffmanAcFirst(symbols, in, band);
  }

  /// A reader of symbols.
  ///
  /// @param maxSymbol [#DC], [#AC] or [#LOSSLESS]
  SymbolReader symbols(int maxSymbol, int number, BitReader in) throws JpegFormatException {
    return new SymbolReader(table(maxSymbol, number), in, problems);
  }

  /// The decoder of a table; where the stream defines none, that of Annex K, as in Motion JPEG.
  private HuffmanDecoder table(int maxSymbol, int number) throws JpegFormatException {
    boolean isDc = maxSymbol != AC;
    int offset = scan.offset();
    if (number > 3) {
      String problem = "Huffman table destination " + number + ", need 0..3";
      throw new JpegFormatException(problem, offset, "B.2.3");
    }
    if (tables.huffman(isDc, number) == null) {
      String problem = "no %s Huffman table %d".formatted(isDc ? "DC" : "AC", number);
      if (number > 1) {
        throw new JpegFormatException(problem, offset, "B.2.4.2");
      }
      problems.report(problem, offset, "B.2.4.2");
    }
    if (frame.sof() == Marker.SOF0 && number > 1) {
      problems.report("Huffman table " + number + " in a baseline frame", offset, "B.2.3");
    }
    return HuffmanDecoder.of(spec(isDc, number), maxSymbol, offset);
  }

  private HuffmanSpec spec(boolean isDc, int number) {
    HuffmanSpec spec = tables.huffman(isDc, number);
    return spec == null ? HuffmanSpec.annexK(isDc, number) : spec;
  }

  /// Decoders by component of the scan; components with the same table share its statistics.
  List<BlockDecoder> arithmetic(ArithmeticDecoder in) throws JpegFormatException {
    Map<Integer, byte[]> dc = new HashMap<>();
    Map<Integer, byte[]> ac = new HashMap<>();
    List<BlockDecoder> result = new ArrayList<>();
    for (ScanComponent c : scan.components()) {
      if (Math.max(c.td(), c.ta()) > 3) {
        String problem = "arithmetic table destinations %d, %d, need 0..3";
        problems.report(problem.formatted(c.td(), c.ta()), scan.offset(), "B.2.3");
      }
      byte[] dcStatistics = dc.computeIfAbsent(c.td(), _ -> new byte[ArithmeticDc.STATISTICS]);
      byte[] acStatistics = ac.computeIfAbsent(c.ta(), _ -> new byte[ArithmeticAc.STATISTICS]);
      result.add(arithmetic(c, in, dcStatistics, acStatistics));
    }
    return result;
  }

  private BlockDecoder arithmetic(
      ScanComponent c, ArithmeticDecoder in, byte[] dcStatistics, byte[] acStatistics) {
    Band band = frame.isProgressive() ? scan.band() : Band.ALL;
    if (band.hasDc() && band.isRefinement()) {
      return new DcRefinement(in, band.al());
    }
    if (band.isRefinement()) {
      return new ArithmeticAcRefinement(in, acStatistics, band, problems);
    }
    BlockDecoder dc =
        new ArithmeticDc(in, dcStatistics, tables.conditioning(c.td()), band.al(), problems);
    BlockDecoder ac =
        new ArithmeticAc(in, acStatistics, tables.conditioning(c.ta()), band, problems);
    if (band.hasDc() && band.hasAc()) {
      return BlockDecoder.both(dc, ac);
    }
    return band.hasDc() ? dc : ac;
  }
}
