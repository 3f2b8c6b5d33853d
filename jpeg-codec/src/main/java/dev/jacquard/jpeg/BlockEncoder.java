package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman coding of one block of coefficients (T.81 F.1.2).
final class BlockEncoder {
  private static final int END_OF_BLOCK = 0x00;
  private static final int ZERO_RUN_OF_16 = 0xF0;

  private final HuffmanEncoder dc;
  private final HuffmanEncoder ac;
  private final BitWriter out;

  BlockEncoder(HuffmanEncoder dc, HuffmanEncoder ac, BitWriter out) {
    this.dc = dc;
    this.ac = ac;
    this.out = out;
  }

  /// Codes a block.
  ///
  /// @param values coefficients, row-major blocks
  /// @param at index of the block's DC coefficient
  /// @param prediction DC coefficient of the component's previous block, or 0
  /// @return the block's DC coefficient, the next prediction
  int encode(short[] values, int at, int prediction) {
    writeMagnitude(dc, 0, values[at] - prediction); // F.1.2.1
    int run = 0;
    for (int k = 1; k < 64; k++) { // F.1.2.2, figure F.2
      int value = values[at + ZigZag.natural(k)];
      if (value == 0) {
        run++;
        continue;
      }
      for (; run > 15; run -= 16) {
        ac.write(out, ZERO_RUN_OF_16, 0, 0);
      }
      writeMagnitude(ac, run << 4, value);
      run = 0;
    }
    if (run > 0) {
      ac.write(out, END_OF_BLOCK, 0, 0);
    }
    return values[at];
  }

  /// Writes the category of a value (table F.1), joined with a run, and the bits that select the
  /// value in it; those of a negative value are of `value - 1`.
  private void writeMagnitude(HuffmanEncoder table, int run, int value) {
    int category = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(value));
    table.write(out, run | category, value < 0 ? value - 1 : value, category);
  }
}
