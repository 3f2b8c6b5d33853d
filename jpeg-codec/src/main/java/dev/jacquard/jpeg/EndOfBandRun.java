package dev.jacquard.jpeg;

/// Blocks whose bands end, waiting to be written as one symbol (T.81 G.1.2.2, EOBn).
final class EndOfBandRun {
  /// What fits in the symbol with the most extra bits, 14.
  static final int LONGEST = 0x7FFF;

  private final SymbolWriter out;
  private final int longest;
  private int blocks;

  EndOfBandRun(SymbolWriter out, int longest) {
    this.out = out;
    this.longest = longest;
  }

  /// Adds a block, and writes the run if it cannot grow.
  void add() {
    if (++blocks == longest) {
      flush();
    }
  }

  boolean isEmpty() {
    return blocks == 0;
  }

  /// Writes the run if there is one: its category, then the bits below its highest one.
  void flush() {
    if (blocks > 0) {
      int bits = 31 - Integer.numberOfLeadingZeros(blocks);
      out.write(bits << 4, blocks, bits);
      blocks = 0;
    }
  }
}
