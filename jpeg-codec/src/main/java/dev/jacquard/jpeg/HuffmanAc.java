package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman decoding of the AC coefficients of a block in sequential processes (T.81 F.2.2.2).
final class HuffmanAc implements BlockDecoder {
  private final SymbolReader symbols;
  private final BitReader in;
  private final int maxCategory;

  /// A decoder for one component.
  ///
  /// @param maxCategory the largest category that samples of the frame's precision can need
  HuffmanAc(SymbolReader symbols, BitReader in, int maxCategory) {
    this.symbols = symbols;
    this.in = in;
    this.maxCategory = maxCategory;
  }

  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    for (int k = 1; k < 64; k++) {
      int symbol = symbols.next();
      int run = symbol >> 4;
      int category = symbol & 15;
      if (category == 0 && run < 15) {
        if (run > 0) {
          symbols.violation("undefined AC symbol %02X".formatted(symbol), "F.1.2.2.1");
        }
        return; // end of block
      }
      k += run;
      check(k, 63, category);
      if (category > 0) {
        values[at + ZigZag.natural(Math.min(k, 63))] = (short) in.receiveExtend(category);
      }
    }
  }

  private void check(int k, int last, int category) throws JpegFormatException {
    if (category > maxCategory) {
      symbols.violation(
          "AC coefficient of category %d, need 1..%d".formatted(category, maxCategory),
          "F.1.2.2.1");
    }
    if (k > last) {
      symbols.violation("run of zeros past the end of the block", "F.2.2.2");
    }
  }
}
