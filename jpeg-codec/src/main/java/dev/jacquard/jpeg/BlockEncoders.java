package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// Chooses the encoders of a scan: by process and band (T.81 tables B.3 and B.5).
final class BlockEncoders {
  /// Joined with a table's number: the table is for AC coefficients.
  static final int AC = 0x10;

  private final ScanPlan scan;
  private final ColorModel model;
  private final boolean progressive;
  // categories of AC coefficients, which grow with the samples (F.1.2)
  private final int categories;

  BlockEncoders(ScanPlan scan, Frame frame, ColorModel model, boolean progressive) {
    this.categories = frame.precision() + 2;
    this.scan = scan;
    this.model = model;
    this.progressive = progressive;
  }

  /// Encoders by component of the scan, to a stream.
  ///
  /// @param codes by number, with [#AC] for AC
  /// @param bits where the codes go
  List<BlockEncoder> huffman(IntFunction<HuffmanEncoder> codes, BitWriter bits) {
    if (progressive) {
      return counting(i -> SymbolWriter.to(bits, codes.apply(i)), bits);
    }
    List<BlockEncoder> result = new ArrayList<>();
    for (int component : scan.components()) {
      int number = model.codingTable(component);
      result.add(
          new HuffmanBlockEncoder(bits, codes.apply(number), codes.apply(AC | number), categories));
    }
    return result;
  }

  /// Encoders by component of the scan, to where symbols are counted, or written.
  ///
  /// @param tables by number, with [#AC] for AC
  /// @param bits where bits go that belong to no symbol
  List<BlockEncoder> counting(IntFunction<SymbolWriter> tables, BitWriter bits) {
    Band band = scan.band();
    List<BlockEncoder> result = new ArrayList<>();
    for (int component : scan.components()) {
      int number = model.codingTable(component);
      if (!progressive) {
        result.add(
            BlockEncoder.both(
                new HuffmanDcEncoder(tables.apply(number), 0, categories + 1),
                new HuffmanAcEncoder(tables.apply(AC | number), band, 1, categories)));
      } else if (band.hasDc()) {
        result.add(
            band.isRefinement()
                ? new DcRefinementEncoder(bits, band.al())
                : new HuffmanDcEncoder(tables.apply(number), band.al(), categories + 1));
      } else {
        SymbolWriter table = tables.apply(AC | number);
        result.add(
            band.isRefinement()
                ? new HuffmanAcRefinementEncoder(table, band)
                : new HuffmanAcEncoder(table, band, EndOfBandRun.LONGEST, categories));
      }
    }
    return result;
  }

  /// Encoders by component of the scan; components with the same table share its statistics.
  List<BlockEncoder> arithmetic(ArithmeticEncoder out) {
    Map<Integer, byte[]> statistics = new HashMap<>();
    List<BlockEncoder> result = new ArrayList<>();
    for (int component : scan.components()) {
      int number = model.codingTable(component);
      byte[] dc = statistics.computeIfAbsent(number, _ -> new byte[ArithmeticDc.STATISTICS]);
      byte[] ac = statistics.computeIfAbsent(AC | number, _ -> new byte[ArithmeticAc.STATISTICS]);
      result.add(arithmetic(out, dc, ac));
    }
    return result;
  }

  private BlockEncoder arithmetic(ArithmeticEncoder out, byte[] dc, byte[] ac) {
    Band band = scan.band();
    if (band.isRefinement()) {
      return band.hasDc()
          ? new DcRefinementEncoder(out, band.al())
          : new ArithmeticAcRefinementEncoder(out, ac, band);
    }
    BlockEncoder dcEncoder = new ArithmeticDcEncoder(out, dc, band.al());
    BlockEncoder acEncoder = new ArithmeticAcEncoder(out, ac, band);
    if (band.hasDc() && band.hasAc()) {
      return BlockEncoder.both(dcEncoder, acEncoder);
    }
    return band.hasDc() ? dcEncoder : acEncoder;
  }
}
