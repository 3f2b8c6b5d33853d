package dev.jacquard.jpeg;

/// Huffman decoding of DC coefficients: a whole one (T.81 F.2.2.1), or its high bits in the first
/// DC scan of a progressive picture (G.1.2.1).
final class HuffmanDc implements BlockDecoder {
  private final SymbolReader symbols;
  private final BitReader in;
  private final int al;
  private final int maxCategory;
  private int prediction;
  private int savedPrediction;

  /// A decoder for one component.
  ///
  /// @param al low bits that this scan leaves out
  /// @param maxCategory the largest category that samples of the frame's precision can need
  HuffmanDc(SymbolReader symbols, BitReader in, int al, int maxCategory) {
    this.symbols = symbols;
    this.in = in;
    this.al = al;
    this.maxCategory = maxCategory;
  }

  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    int category = symbols.next();
    if (category > maxCategory) {
      symbols.violation(
          "DC difference of category %d, need 0..%d".formatted(category, maxCategory), "F.1.2.1");
    }
    prediction += in.receiveExtend(category);
    values[at] = (short) (prediction << al);
  }

  /// What the next difference is added to.
  int prediction() {
    return prediction;
  }

  /// Sets what the next difference is added to.
  void predict(int value) {
    prediction = value;
  }

  @Override
  public void restart() {
    prediction = 0;
  }

  @Override
  public void save() {
    savedPrediction = prediction;
  }

  @Override
  public void restore() {
    prediction = savedPrediction;
  }
}
