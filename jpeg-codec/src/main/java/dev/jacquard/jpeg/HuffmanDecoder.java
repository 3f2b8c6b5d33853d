package dev.jacquard.jpeg;

import java.util.Arrays;

/// Decodes the symbols of a Huffman table (T.81 F.2.2.3).
///
/// Codes of up to 8 bits are looked up at once; longer ones are compared with the largest code of
/// each length (table MAXCODE).
final class HuffmanDecoder {
  /// Returned for a bit pattern that no code begins; 17 bits are then gone, as in libjpeg.
  static final int NO_CODE = -1;

  private static final int LOOKUP_BITS = 8;

  private final HuffmanSpec spec;
  // length << 8 | symbol, or 0 for longer codes
  private final int[] lookup = new int[1 << LOOKUP_BITS];
  // by length; -1 where there are none; a sentinel larger than any code at 17
  private final int[] maxCode = new int[18];
  // what to add to a code of a length for its place in the list of symbols
  private final int[] symbolOffset = new int[18];

  private HuffmanDecoder(HuffmanSpec spec) {
    this.spec = spec;
    int code = 0;
    int i = 0;
    for (int length = 1; length <= 16; length++, code <<= 1) {
      int n = spec.count(length);
      symbolOffset[length] = i - code;
      maxCode[length] = n == 0 ? -1 : code + n - 1;
      for (; n > 0; n--) {
        fillLookup(code++, length, spec.symbol(i++));
      }
    }
    maxCode[17] = Integer.MAX_VALUE;
  }

  private void fillLookup(int code, int length, int symbol) {
    if (length <= LOOKUP_BITS) {
      int free = LOOKUP_BITS - length;
      Arrays.fill(lookup, code << free, (code + 1) << free, length << 8 | symbol);
    }
  }

  /// Derives a decoder.
  ///
  /// @param maxSymbol the largest that can be: 255, or less where symbols are categories
  /// @param offset where the table is in the stream, for messages
  /// @throws JpegFormatException if the lengths of the codes contradict each other or a symbol
  ///   cannot be
  static HuffmanDecoder of(HuffmanSpec spec, int maxSymbol, int offset) throws JpegFormatException {
    int free = 1; // codes of the current length that are left; one of all 1-bits must remain
    for (int length = 1; length <= 16; length++) {
      free = 2 * free - spec.count(length);
      if (free < 1) {
        String problem = "too many Huffman codes of " + length + " bits";
        throw new JpegFormatException(problem, offset, "C.2");
      }
    }
    for (int i = 0; i < spec.size(); i++) {
      if (spec.symbol(i) > maxSymbol) {
        String problem = "symbol " + spec.symbol(i) + " in a table for DC, need 0.." + maxSymbol;
        throw new JpegFormatException(problem, offset, "F.1.2.1");
      }
    }
    return new HuffmanDecoder(spec);
  }

  /// Reads one symbol.
  ///
  /// @return 0..255, or [#NO_CODE]
  int decode(BitReader in) {
    int entry = lookup[in.peek(LOOKUP_BITS)];
    if (entry != 0) {
      in.skip(entry >> 8);
      return entry & 0xFF;
    }
    return decodeLong(in);
  }

  private int decodeLong(BitReader in) {
    int bits = in.peek(17);
    int length = LOOKUP_BITS + 1;
    while (bits >> (17 - length) > maxCode[length]) {
      length++;
    }
    in.skip(length);
    if (length > 16) {
      return NO_CODE;
    }
    return spec.symbol((bits >> (17 - length)) + symbolOffset[length]);
  }
}
