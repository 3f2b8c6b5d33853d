package dev.jacquard.jpeg;

/// Reads the symbols of one Huffman table and reports what cannot be.
final class SymbolReader {
  private final HuffmanDecoder table;
  private final BitReader in;
  private final Problems problems;

  SymbolReader(HuffmanDecoder table, BitReader in, Problems problems) {
    this.table = table;
    this.in = in;
    this.problems = problems;
  }

  /// The next symbol; where no code fits, 0, as in libjpeg.
  int next() throws JpegFormatException {
    int symbol = table.decode(in);
    if (symbol != HuffmanDecoder.NO_CODE) {
      return symbol;
    }
    violation("Huffman code not in table", "F.2.2.3");
    return 0;
  }

  void violation(String problem, String section) throws JpegFormatException {
    if (!in.overrun()) { // the end of the data is the reason, and is reported by the scan
      problems.report(problem, in.offset(), section);
    }
  }
}
