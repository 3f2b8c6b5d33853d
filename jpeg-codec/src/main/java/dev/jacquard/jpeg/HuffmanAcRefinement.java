package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman decoding of one more bit of a band of AC coefficients (T.81 G.1.2.3): symbols tell which
/// coefficients become nonzero, correction bits in between belong to those that already are.
final class HuffmanAcRefinement implements BlockDecoder {
  private final SymbolReader symbols;
  private final BitReader in;
  private final Band band;
  // blocks, the next one included, in which no coefficient becomes nonzero
  private int endOfBandRun;
  private int savedEndOfBandRun;

  HuffmanAcRefinement(SymbolReader symbols, BitReader in, Band band) {
    this.symbols = symbols;
    this.in = in;
    this.band = band;
  }

  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    int k = band.ss();
    while (endOfBandRun == 0 && k <= band.se()) {
      int symbol = symbols.next();
      int run = symbol >> 4;
      if ((symbol & 15) == 0 && run < 15) {
        endOfBandRun = (1 << run) + in.receive(run);
      } else {
        k = refineNext(values, at, k, run, newValue(symbol & 15)) + 1;
      }
    }
    if (endOfBandRun > 0) {
      refineNext(values, at, k, Integer.MAX_VALUE, 0);
      endOfBandRun--;
    }
  }

  /// The value of a coefficient that becomes nonzero; 0 for a run of 16 zeros.
  private int newValue(int category) throws JpegFormatException {
    if (category == 0) {
      return 0;
    }
    if (category != 1) {
      symbols.violation("new coefficient of category " + category + ", need 1", "G.1.2.3");
    }
    return in.bit() == 1 ? 1 << band.al() : -1 << band.al();
  }

  /// Corrects nonzero coefficients until `zeros` zero ones have been passed, and sets the next zero
  /// one.
  ///
  /// @return where it is in the zig-zag sequence
  private int refineNext(short[] values, int at, int from, int zeros, int value)
      throws JpegFormatException {
    int left = zeros;
    int k = from;
    for (; k <= band.se(); k++) {
      int i = at + ZigZag.natural(k);
      if (values[i] != 0) {
        correct(values, i);
      } else if (--left < 0) {
        break;
      }
    }
    if (value != 0) {
      if (k > band.se()) {
        symbols.violation("run of zeros past the end of the band", "G.1.2.3");
      }
      values[at + ZigZag.natural(Math.min(k, 63))] = (short) value;
    }
    return k;
  }

  /// Reads the correction bit: whether the magnitude grows.
  private void correct(short[] values, int i) {
    int unit = 1 << band.al();
    if (in.bit() == 1 && (values[i] & unit) == 0) {
      values[i] += (short) (values[i] >= 0 ? unit : -unit);
    }
  }

  @Override
  public void restart() {
    endOfBandRun = 0;
  }

  @Override
  public void save() {
    savedEndOfBandRun = endOfBandRun;
  }

  @Override
  public void restore() {
    endOfBandRun = savedEndOfBandRun;
  }
}
