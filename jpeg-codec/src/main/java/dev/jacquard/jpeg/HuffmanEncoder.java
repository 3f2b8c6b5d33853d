package dev.jacquard.jpeg;

/// The codes of a Huffman table, by symbol (T.81 C.2: tables EHUFCO and EHUFSI).
final class HuffmanEncoder {
  // by symbol: code << 5 | size
  private final int[] codes = new int[256];

  HuffmanEncoder(HuffmanSpec spec) {
    int code = 0;
    int i = 0;
    for (int length = 1; length <= 16; length++) {
      for (int n = spec.count(length); n > 0; n--) {
        codes[spec.symbol(i++)] = code++ << 5 | length;
      }
      code <<= 1;
    }
  }

  /// The code of a symbol, above 5 bits that tell how many bits it has; 0 for symbols without one.
  int codeAndSize(int symbol) {
    return codes[symbol];
  }

  /// Writes the code of `symbol` and then the low `extraBits` of `extra`.
  void write(BitWriter out, int symbol, int extra, int extraBits) {
    int code = codes[symbol];
    assert code > 0 : "no code for symbol " + symbol;
    int tail = extra & ((1 << extraBits) - 1);
    out.write(code >> 5 << extraBits | tail, (code & 31) + extraBits);
  }
}
