package dev.jacquard.jpeg;

/// Huffman coding of DC coefficients: whole ones (T.81 F.1.2.1), or their high bits in the first DC
/// scan of a progressive picture (G.1.2.1).
final class HuffmanDcEncoder implements BlockEncoder {
  private final SymbolWriter out;
  private final int al;
  private int prediction;

  /// An encoder for one component.
  ///
  /// @param al low bits that this scan leaves out
  HuffmanDcEncoder(SymbolWriter out, int al) {
    this.out = out;
    this.al = al;
  }

  @Override
  public void encode(short[] values, int at) {
    int value = values[at] >> al;
    int difference = value - prediction;
    out.magnitude(0, Math.abs(difference), difference < 0);
    prediction = value;
  }

  @Override
  public void restart() {
    prediction = 0;
  }
}
