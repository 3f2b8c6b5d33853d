package dev.jacquard.jpeg;

/// A Huffman table unrolled, so that the next bits of the stream give the next symbol together with
/// the value behind it.
///
/// Most codes and values are short: 10 bits hold both. An entry packs what they say (bits from the
/// lowest on):
///
/// | bits | |
/// |---|---|
/// | 0-4 | bits to take |
/// | 7 | whether the entry tells everything; if not, it is the code's alone |
/// | 8-14 | how far the coefficient lies behind the one before, in the zig-zag sequence |
/// | 16-31 | the value, with its sign; if it is not included, its category |
final class HuffmanLookup {
  /// Bits that are looked up.
  private static final int BITS = 10;

  /// Mask of the bits to take.
  static final int LENGTH = 31;

  /// Mask that tells whether an entry is complete.
  private static final int WHOLE = 1 << 7;

  /// Step of the symbol that ends a block: from every coefficient past the last one.
  static final int END = 64;

  /// The entry of what a good stream does not have here.
  static final int TROUBLE = LENGTH;

  /// The entry of the beginning of a longer code, if of any.
  private static final int LONG = 0;

  private final int[] entries = new int[1 << BITS];
  private final int[] longEntries;
  // for codes of more than BITS bits, by length: the first 16 bits that are too large for it
  private final int[] limit = new int[17];
  // what to add to a long code for its place in longEntries
  private final int[] offset = new int[17];

  /// Unrolls a table.
  ///
  /// @param isDc whether symbols are categories of DC differences, not runs and categories
  /// @param maxCategory the largest one allowed; what is beyond, and what has no meaning, has no
  ///   entry
  HuffmanLookup(HuffmanSpec spec, boolean isDc, int maxCategory) {
    longEntries = new int[spec.size()];
    int code = 0;
    int i = 0;
    for (int length = 1; length <= 16; length++, code <<= 1) {
      offset[length] = i - code;
      for (int n = spec.count(length); n > 0; n--, i++, code++) {
        int symbol = spec.symbol(i);
        int entry = isDc ? dc(symbol, maxCategory) : ac(symbol, maxCategory);
        if (length > BITS) {
          longEntries[i] = entry | length;
        } else {
          unroll(code << (BITS - length), length, entry);
        }
      }
      limit[length] = code << (16 - length);
    }
  }

  /// Figure F.1: a category alone.
  private static int dc(int symbol, int maxCategory) {
    return symbol > maxCategory ? TROUBLE : symbol << 16 | 1 << 8;
  }

  /// Figure F.2: a run and a category, a run of 16 zeros, or the end of the block.
  private static int ac(int symbol, int maxCategory) {
    int run = symbol >> 4;
    int category = symbol & 15;
    if (category > maxCategory || (category == 0 && run > 0 && run < 15)) {
      return TROUBLE;
    }
    return category << 16 | (symbol == 0 ? END : run + 1) << 8;
  }

  /// Fills in all continuations of a code.
  private void unroll(int first, int length, int entry) {
    int category = entry >> 16;
    int free = BITS - length;
    for (int rest = 0; rest < 1 << free; rest++) {
      entries[first + rest] =
          category <= free && entry != TROUBLE
              ? withValue(entry | length, (long) rest << (64 - free))
              : entry | length;
    }
  }

  /// Completes the entry of a code.
  ///
  /// @param bits from the value on
  private static int withValue(int entry, long bits) {
    int category = entry >> 16;
    int value = category == 0 ? 0 : BitReader.extend((int) (bits >>> (64 - category)), category);
    return value << 16 | (entry & 0xFFFF) + category | WHOLE;
  }

  /// How far the coefficient of an entry lies behind the one before, or [#END].
  static int step(int entry) {
    return entry >> 8 & 127;
  }

  /// The entry of the symbol that begins at the highest bit, with its value.
  ///
  /// @return a whole entry, or [#TROUBLE]
  int whole(long bits) {
    int entry = entries[(int) (bits >>> (64 - BITS))];
    return (entry & WHOLE) != 0 ? entry : complete(entry, bits);
  }

  private int complete(int entry, long bits) {
    int code = entry == LONG ? longEntry(bits) : entry;
    return (code & LENGTH) == TROUBLE ? TROUBLE : withValue(code, bits << (code & LENGTH));
  }

  /// The entry of a code longer than [#BITS], or [#TROUBLE].
  private int longEntry(long bits) {
    int next = (int) (bits >>> 48);
    for (int length = BITS + 1; length <= 16; length++) {
      if (next < limit[length]) {
        return longEntries[(next >> (16 - length)) + offset[length]];
      }
    }
    return TROUBLE;
  }
}
