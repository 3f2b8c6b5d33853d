package dev.jacquard.jpeg;

/// Which Huffman tables a sequential stream is coded with, if they are not made for the picture.
public enum HuffmanTables {
  /// The typical tables of T.81 K.3, which nearly all encoders use.
  TYPICAL,

  /// Tables whose codes, together with the bits of the value that follows them, fill whole bytes.
  ///
  /// A code has as many bits as its value leaves free. One byte holds: a DC difference of up to 6
  /// bits, a run with an AC coefficient of up to 3 bits, the end of a block. Larger values take two
  /// bytes, AC coefficients of 8 bits and more three. So a reader need not count bits: each symbol
  /// starts a byte. Files are valid baseline JPEG; the same picture takes more bytes than with the
  /// typical tables, but not more symbols.
  BYTE_ALIGNED;

  private static final HuffmanSpec ALIGNED_DC = aligned(true);
  private static final HuffmanSpec ALIGNED_AC = aligned(false);

  /// The table for a destination, 0 (luminance) or 1 (chrominance).
  HuffmanSpec spec(boolean isDc, int number) {
    return switch (this) {
      case TYPICAL -> HuffmanSpec.annexK(isDc, number);
      case BYTE_ALIGNED -> isDc ? ALIGNED_DC : ALIGNED_AC;
    };
  }

  private static HuffmanSpec aligned(boolean isDc) {
    byte[] counts = new byte[HuffmanPrefixes.LONGEST];
    ByteSink symbols = new ByteSink();
    for (int length = 1; length <= HuffmanPrefixes.LONGEST; length++) {
      for (int symbol = 0; symbol < 256; symbol++) {
        if (HuffmanPrefixes.isDefined(symbol, isDc) && alignedLength(symbol, isDc) == length) {
          counts[length - 1]++;
          symbols.writeByte(symbol);
        }
      }
    }
    return new HuffmanSpec(counts, symbols.toByteArray());
  }

  private static int alignedLength(int symbol, boolean isDc) {
    int size = symbol & 15;
    int bytes = isDc ? (size <= 6 ? 1 : 2) : 1 + size / 4;
    return 8 * bytes - size;
  }
}
