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
  private static final int LONGEST = 16;
  private static final byte NEVER = Byte.MAX_VALUE;

  // by 16 bits: length << 8 | symbol of the code that they start with
  private final short[] entries = new short[1 << LONGEST];
  // by 1 << n | bits for n bits: the fewest coefficients that a code starting with them describes
  private final byte[] advances = new byte[2 << LONGEST];

  private HuffmanPrefixes(HuffmanSpec spec, boolean isDc) {
    Arrays.fill(entries, (short) NONE);
    Arrays.fill(advances, NEVER);
    int start = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      for (int n = spec.count(length); n > 0; n--) {
        int symbol = spec.symbol(index++);
        int end = start + (1 << (LONGEST - length));
        Arrays.fill(entries, start, end, (short) (length << 8 | symbol));
        Arrays.fill(advances, entries.length + start, entries.length + end, advance(symbol, isDc));
        start = end;
      }
    }
    for (int i = entries.length - 1; i > 0; i--) {
      advances[i] = (byte) Math.min(advances[2 * i], advances[2 * i + 1]);
    }
  }

  /// The typical table for a destination, 0 (luminance) or 1 (chrominance).
  static HuffmanPrefixes annexK(boolean isDc, int number) {
    return new HuffmanPrefixes(HuffmanSpec.annexK(isDc, number), isDc);
  }

  /// Number of coefficients that a symbol describes; 1 for the end of a block, which needs a place
  /// to stand.
  static byte advance(int symbol, boolean isDc) {
    int run = symbol >> 4;
    int size = symbol & 15;
    if (isDc) {
      return symbol <= MAX_DC_SIZE ? 1 : NEVER;
    }
    if (symbol == END_OF_BLOCK) {
      return 1;
    }
    boolean defined = symbol == ZERO_RUN || (size > 0 && size <= MAX_AC_SIZE);
    return defined ? (byte) (run + 1) : NEVER;
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
    int known = Math.min(n, LONGEST);
    int prefix = (int) (bits >> (n - known)) & ((1 << known) - 1);
    return advances[1 << known | prefix];
  }
}
