package dev.jacquard.jpeg;

/// The codes of a Huffman table, by symbol (T.81 C.2: tables EHUFCO and EHUFSI).
final class HuffmanEncoder {
  private final int[] codes = new int[256];
  private final int[] sizes = new int[256];

  HuffmanEncoder(HuffmanSpec spec) {
    int code = 0;
    int i = 0;
    for (int length = 1; length <= 16; length++) {
      for (int n = spec.count(length); n > 0; n--) {
        codes[spec.symbol(i)] = code++;
        sizes[spec.symbol(i)] = length;
        i++;
      }
      code <<= 1;
    }
  }

  /// Writes the code of `symbol` and then the low `extraBits` of `extra`.
  void write(BitWriter out, int symbol, int extra, int extraBits) {
    assert sizes[symbol] > 0 : "no code for symbol " + symbol;
    int tail = extra & ((1 << extraBits) - 1);
    out.write((codes[symbol] << extraBits) | tail, sizes[symbol] + extraBits);
  }
}
