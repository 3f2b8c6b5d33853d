package dev.jacquard.jpeg;

/// Where Huffman-coded symbols of one table go: to the stream, or, to make the table, to a count.
interface SymbolWriter {
  /// Writes the code of `symbol` and then the low `extraBits` of `extra`.
  void write(int symbol, int extra, int extraBits);

  /// Writes bits that belong to the symbols before.
  void bits(int value, int count);

  /// Writes the category of a value (T.81 table F.1), joined with a run, and the bits that select
  /// the value in it: those of the magnitude, complemented for a negative value.
  default void magnitude(int run, int magnitude, boolean negative) {
    int category = Integer.SIZE - Integer.numberOfLeadingZeros(magnitude);
    write(run << 4 | category, negative ? ~magnitude : magnitude, category);
  }

  /// Writes codes to a stream.
  static SymbolWriter to(BitWriter out, HuffmanEncoder codes) {
    return new SymbolWriter() {
      @Override
      public void write(int symbol, int extra, int extraBits) {
        codes.write(out, symbol, extra, extraBits);
      }

      @Override
      public void bits(int value, int count) {
        out.write(value, count);
      }
    };
  }
}
