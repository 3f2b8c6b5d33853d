package dev.jacquard.jpeg;

import java.util.Arrays;

/// The codes of a Huffman table by the bits that start with them, for reading data whose rest is
/// not there yet. Immutable.
final class HuffmanPrefixes {
  /// What [#find] answers if the code is not whole.
  static final int NONE = -1;

  /// Symbol of a block whose further coefficients are all zero.
  static final int END_OF_BLOCK = 0x00;

  private static final int ZERO_RUN = 0xF0;
  private static final int MAX_DC_SIZE = 11;
  private static final int MAX_AC_SIZE = 10;

  /// Bits of the longest code.
  static final int LONGEST = 16;

  private static final byte NEVER = Byte.MAX_VALUE;

  // by 16 bits: length << 8 | symbol of the code that they start with
  private final short[] entries = new short[1 << LONGEST];
  // by 1 << n | bits for n bits: the fewest coefficients that a code starting with them describes
  private final byte[] advances = new byte[2 << LONGEST];
  // likewise: the fewest bits of a code starting with them, its value, and the end of the block
  private final byte[] finishes = new byte[2 << LONGEST];

  /// The codes for a destination, 0 (luminance) or 1 (chrominance).
  HuffmanPrefixes(HuffmanTables tables, boolean isDc, int number) {
    HuffmanSpec spec = tables.spec(isDc, number);
    int endBits = length(tables.spec(false, number), END_OF_BLOCK);
    Arrays.fill(entries, (short) NONE);
    Arrays.fill(advances, NEVER);
    Arrays.fill(finishes, NEVER);
    int start = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      for (int n = spec.count(length); n > 0; n--) {
        int symbol = spec.symbol(index++);
        int end = start + (1 << (LONGEST - length));
        Arrays.fill(entries, start, end, (short) (length << 8 | symbol));
        int from = entries.length + start;
        int to = entries.length + end;
        Arrays.fill(advances, from, to, advance(symbol, isDc));
        boolean ends = !isDc && symbol == END_OF_BLOCK;
        Arrays.fill(finishes, from, to, (byte) (length + (symbol & 15) + (ends ? 0 : endBits)));
        start = end;
      }
    }
    for (int i = entries.length - 1; i > 0; i--) {
      advances[i] = (byte) Math.min(advances[2 * i], advances[2 * i + 1]);
      finishes[i] = (byte) Math.min(finishes[2 * i], finishes[2 * i + 1]);
    }
  }

  private static int length(HuffmanSpec spec, int symbol) {
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      for (int n = spec.count(length); n > 0; n--) {
        if (spec.symbol(index++) == symbol) {
          return length;
        }
      }
    }
    throw new IllegalArgumentException("huffman table: no code for symbol " + symbol);
  }

  /// Whether a symbol has a meaning in sequential streams of 8-bit samples (T.81 F.1.2).
  static boolean isDefined(int symbol, boolean isDc) {
    int size = symbol & 15;
    return isDc
        ? symbol <= MAX_DC_SIZE
        : symbol == END_OF_BLOCK || symbol == ZERO_RUN || (size > 0 && size <= MAX_AC_SIZE);
  }

  /// Number of coefficients that a symbol describes; 1 for the end of a block, which needs a place
  /// to stand.
  static byte advance(int symbol, boolean isDc) {
    if (!isDefined(symbol, isDc)) {
      return NEVER;
    }
    return isDc ? 1 : (byte) ((symbol >> 4) + 1);
  }

  /// The code at the start of the last `n` of `bits`, as `length << 8 | symbol`; [#NONE] if it is
  /// longer, or none fits.
  int find(long bits, int n) {
    long prefix = n < LONGEST ? bits << (LONGEST - n) : bits >> (n - LONGEST);
    int entry = entries[(int) prefix & 0xFFFF];
    return entry >> 8 <= n ? entry : NONE;
  }

  /// The fewest coefficients that a code describes which starts with the last `n` of `bits`; more
  /// than a block has if there is no such code.
  int advance(long bits, int n) {
    return advances[prefix(bits, n)];
  }

  /// The fewest bits in which a block can be finished with a code that starts with the last `n` of
  /// `bits`, these included, and no coefficient after it. Does not ask whether its run fits.
  int finish(long bits, int n) {
    return finishes[prefix(bits, n)];
  }

  private static int prefix(long bits, int n) {
    int known = Math.min(n, LONGEST);
    return 1 << known | ((int) (bits >> (n - known)) & ((1 << known) - 1));
  }
}
