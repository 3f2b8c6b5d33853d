package dev.jacquard.jpeg;

/// Huffman coding of DC coefficients: whole ones (T.81 F.1.2.1), or their high bits in the first DC
/// scan of a progressive picture (G.1.2.1).
final class HuffmanDcEncoder implements BlockEncoder {
  private final SymbolWriter out;
  private final int al;
  private final int maxCategory;
  private int prediction;

  /// An encoder for one component.
  ///
  /// @param al low bits that this scan leaves out
  /// @param maxCategory the largest category that samples of the frame's precision can need
  HuffmanDcEncoder(SymbolWriter out, int al, int maxCategory) {
    this.out = out;
    this.al = al;
    this.maxCategory = maxCategory;
  }

  @Override
  public void encode(short[] values, int at) {
    int value = values[at] >> al;
    int difference = value - prediction;
    CoefficientRangeException.check("DC difference", Math.abs(difference), maxCategory);
    out.magnitude(0, Math.abs(difference), difference < 0);
    prediction = value;
  }

  @Override
  public void restart() {
    prediction = 0;
  }
}
