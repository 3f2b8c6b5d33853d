package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman decoding of one block of coefficients (T.81 F.2.2.1, F.2.2.2).
final class BlockDecoder {
  private final HuffmanDecoder dc;
  private final HuffmanDecoder ac;
  private final BitReader in;
  private final Problems problems;

  BlockDecoder(HuffmanDecoder dc, HuffmanDecoder ac, BitReader in, Problems problems) {
    this.dc = dc;
    this.ac = ac;
    this.in = in;
    this.problems = problems;
  }

  /// Decodes a block.
  ///
  /// @param values receives the coefficients that are not zero, row-major blocks
  /// @param at index of the block's DC coefficient
  /// @param prediction DC coefficient of the component's previous block, or 0
  /// @return the block's DC coefficient, the next prediction
  /// @throws JpegFormatException if strict and the data is broken
  int decode(short[] values, int at, int prediction) throws JpegFormatException {
    int category = symbol(dc);
    if (category > 11) {
      violation("DC difference of category " + category + ", need 0..11", "F.1.2.1");
    }
    int value = prediction + in.receiveExtend(category);
    values[at] = (short) value;
    decodeAc(values, at);
    return value;
  }

  private void decodeAc(short[] values, int at) throws JpegFormatException {
    for (int k = 1; k < 64; k++) {
      int symbol = symbol(ac);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        if (run > 0) {
          violation("undefined AC symbol %02X".formatted(symbol), "F.1.2.2.1");
        }
        return; // end of block
      }
      if (size > 10) {
        violation("AC coefficient of category " + size + ", need 1..10", "F.1.2.2.1");
      }
      k += run;
      if (k > 63) {
        violation("run of zeros past the end of the block", "F.2.2.2");
      }
      if (size > 0) {
        values[at + ZigZag.natural(Math.min(k, 63))] = (short) in.receiveExtend(size);
      }
    }
  }

  /// The next symbol; where no code fits, 0, as in libjpeg.
  private int symbol(HuffmanDecoder table) throws JpegFormatException {
    int symbol = table.decode(in);
    if (symbol != HuffmanDecoder.NO_CODE) {
      return symbol;
    }
    violation("Huffman code not in table", "F.2.2.3");
    return 0;
  }

  private void violation(String problem, String section) throws JpegFormatException {
    if (!in.overrun()) { // the end of the data is the reason, and is reported by the scan
      problems.report(problem, in.offset(), section);
    }
  }
}
