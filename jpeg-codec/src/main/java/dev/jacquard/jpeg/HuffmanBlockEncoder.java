package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman coding of a whole block in sequential processes (T.81 F.1.2), fast: what
/// [HuffmanDcEncoder] and [HuffmanAcEncoder] write, with a look at the nonzero coefficients only.
final class HuffmanBlockEncoder implements BlockEncoder {
  private static final int END_OF_BLOCK = 0;
  private static final int ZERO_RUN_OF_16 = 0xF0;

  private final BitWriter out;
  private final HuffmanEncoder dcTable;
  private final HuffmanEncoder acTable;
  private final int categories;
  // the block in zig-zag order
  private final short[] sequence = new short[64];
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
    encodeAc(ZigZag.sort(values, at, sequence) & -2);
  }

  /// Writes the other coefficients of [#sequence].
  private void encodeAc(long nonZero) {
    short[] values = sequence;
    long buffer = out.buffer();
    int bits = out.bits();
    int last = 0;
    for (long left = nonZero; left != 0; left &= left - 1) {
      int k = Long.numberOfTrailingZeros(left);
      int run = (k - last - 1) << 4;
      last = k;
      int value = values[k & 63];
      int negative = value >> 31; // -1 or 0
      int category = Integer.SIZE - Integer.numberOfLeadingZeros((value ^ negative) - negative);
      if (category > categories) {
        throw new CoefficientRangeException("AC coefficient", Math.abs(value), categories);
      }
      if (run > 0xF0) {
        out.set(buffer, bits);
        run = writeZeros(run);
        buffer = out.buffer();
        bits = out.bits();
      }
      int code = acTable.codeAndSize(run | category);
      int count = (code & 31) + category;
      int rest = (value + negative) & ((1 << category) - 1);
      long next = (long) (code >> 5) << category | rest;
      int over = bits + count - 64;
      if (over > 0) { // as BitWriter does it
        out.writeEight(buffer << (count - over) | next >>> over);
      }
      buffer = buffer << count | next;
      bits = over > 0 ? over : bits + count;
    }
    out.set(buffer, bits);
    if (last < 63) {
      acTable.write(out, END_OF_BLOCK, 0, 0);
    }
  }

  /// Writes runs of 16 zeros.
  ///
  /// @param run 16 times the zeros
  /// @return what is left of them
  private int writeZeros(int run) {
    int left = run;
    for (; left > 0xF0; left -= 0x100) {
      acTable.write(out, ZERO_RUN_OF_16, 0, 0);
    }
    return left;
  }

  @Override
  public void restart() {
    prediction = 0;
  }
}
