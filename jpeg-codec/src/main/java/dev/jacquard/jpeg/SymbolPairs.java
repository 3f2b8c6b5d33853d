package dev.jacquard.jpeg;

/// A Huffman table of AC coefficients unrolled further than [HuffmanLookup]: most symbols are so
/// short that the next 11 bits hold two of them with their values, and one look-up gives both.
///
/// An entry packs what they say (bits from the lowest on):
///
/// | bits | |
/// |---|---|
/// | 0-5 | bits to take for both |
/// | 6 | whether one of them ends the block |
/// | 7-11 | how far the first coefficient lies behind the one before, in the zig-zag sequence |
/// | 12-16 | how far the second one lies behind the first |
/// | 17-23 | value of the second, with its sign |
/// | 24-31 | value of the first |
///
/// What ends the block is a coefficient of zero somewhere behind. Where there is only one symbol,
/// the second is at the same place as the first, which counts.
final class SymbolPairs {
  /// The entry of symbols that are longer, or too large.
  static final int NONE = 0;

  private static final int BITS = 11;

  /// How far behind the end of a block is said to be: only zeros are there.
  private static final int FAR = 31;

  private final HuffmanLookup symbols;
  private final int[] entries = new int[1 << BITS];

  /// Joins the symbols of a table.
  ///
  /// @param symbols of AC coefficients
  SymbolPairs(HuffmanLookup symbols) {
    this.symbols = symbols;
    for (int i = 0; i < entries.length; i++) {
      entries[i] = pair((long) i << (64 - BITS));
    }
  }

  private int pair(long bits) {
    int first = symbols.whole(bits);
    int length = first & HuffmanLookup.LENGTH;
    int value = first >> 16;
    if (first == HuffmanLookup.TROUBLE || length > BITS || value != (byte) value) {
      return NONE;
    }
    int alone = value << 24 | place(first) << 7 | (isEnd(first) ? HuffmanLookup.END : 0) | length;
    int second = symbols.whole(bits << length);
    int both = length + (second & HuffmanLookup.LENGTH);
    int next = second >> 16;
    boolean isAlone = isEnd(first) || second == HuffmanLookup.TROUBLE || both > BITS;
    if (isAlone || next < -64 || next > 63) {
      return alone;
    }
    return value << 24
        | (next & 127) << 17
        | place(second) << 12
        | place(first) << 7
        | (isEnd(second) ? HuffmanLookup.END : 0)
        | both;
  }

  private static boolean isEnd(int symbol) {
    return HuffmanLookup.step(symbol) == HuffmanLookup.END;
  }

  private static int place(int symbol) {
    return isEnd(symbol) ? FAR : HuffmanLookup.step(symbol);
  }

  /// The entry of the symbols that begin at the highest bit, or [#NONE].
  int entry(long bits) {
    return entries[(int) (bits >>> (64 - BITS))];
  }

  /// Bits to take for both.
  static int length(int entry) {
    return entry & 63;
  }

  /// [HuffmanLookup#END] if one of them ends the block, else 0.
  static int end(int entry) {
    return entry & HuffmanLookup.END;
  }

  static int firstStep(int entry) {
    return entry >> 7 & 31;
  }

  static int secondStep(int entry) {
    return entry >> 12 & 31;
  }

  static short firstValue(int entry) {
    return (short) (entry >> 24);
  }

  static short secondValue(int entry) {
    return (short) (entry << 8 >> 25);
  }

  /// The table that tells of every symbol alone.
  HuffmanLookup symbols() {
    return symbols;
  }
}
