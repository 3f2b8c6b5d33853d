package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman coding of a whole block in sequential processes (T.81 F.1.2), fast: what
/// [HuffmanDcEncoder] and [HuffmanAcEncoder] write, with a look at the nonzero coefficients only.
final class HuffmanBlockEncoder implements BlockEncoder {
  /// Bits of the longest code with the longest value.
  private static final int LONGEST = 16 + 15;

  private static final int END_OF_BLOCK = 0;
  private static final int ZERO_RUN_OF_16 = 0xF0;

  private final BitWriter out;
  private final HuffmanEncoder dcTable;
  private final HuffmanEncoder acTable;
  private final int categories;
  private int prediction;

  /// An encoder for one component.
  ///
  /// @param categories the largest category of AC coefficients that the frame's precision can need
  HuffmanBlockEncoder(
      BitWriter out, HuffmanEncoder dcTable, HuffmanEncoder acTable, int categories) {
    this.out = out;
    this.dcTable = dcTable;
    this.acTable = acTable;
    this.categories = categories;
  }

  @Override
  public void encode(short[] values, int at) {
    int difference = values[at] - prediction;
    prediction = values[at];
    CoefficientRangeException.check("DC difference", Math.abs(difference), categories + 1);
    int magnitude = Math.abs(difference);
    int category = Integer.SIZE - Integer.numberOfLeadingZeros(magnitude);
    dcTable.write(out, category, difference < 0 ? ~magnitude : magnitude, category);
    encodeAc(values, at, ZigZag.nonZero(values, at) & -2);
  }

  private void encodeAc(short[] values, int at, long nonZero) {
    long buffer = out.buffer();
    int bits = out.bits();
    int last = 0;
    for (long left = nonZero; left != 0; left &= left - 1) {
      int k = Long.numberOfTrailingZeros(left);
      int run = (k - last - 1) << 4;
      last = k;
      int value = values[at + ZigZag.natural(k)];
      int negative = value >> 31; // -1 or 0
      int category = Integer.SIZE - Integer.numberOfLeadingZeros((value ^ negative) - negative);
      if (category > categories) {
        throw new CoefficientRangeException("AC coefficient", Math.abs(value), categories);
      }
      for (; run > 0xF0; run -= 0x100) {
        bits = out.flush(buffer, bits);
        long zeros = acTable.codeAndSize(ZERO_RUN_OF_16);
        buffer = buffer << (zeros & 31) | zeros >> 5;
        bits += (int) zeros & 31;
      }
      if (bits > 64 - LONGEST) {
        bits = out.flush(buffer, bits);
      }
      int code = acTable.codeAndSize(run | category);
      int count = (code & 31) + category;
      int rest = (value + negative) & ((1 << category) - 1);
      buffer = buffer << count | code >> 5 << category | rest;
      bits += count;
    }
    bits = out.flush(buffer, bits);
    if (last < 63) {
      int end = acTable.codeAndSize(END_OF_BLOCK);
      buffer = buffer << (end & 31) | end >> 5;
      bits = out.flush(buffer, bits + (end & 31));
    }
    out.set(buffer, bits);
  }

  @Override
  public void restart() {
    prediction = 0;
  }
}
