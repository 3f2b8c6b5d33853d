package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman decoding of the first scan of a band of AC coefficients in a progressive picture (T.81
/// G.1.2.2): as in sequential processes, but an end of band may stand for a run of blocks.
final class HuffmanAcFirst implements BlockDecoder {
  private final SymbolReader symbols;
  private final BitReader in;
  private final Band band;
  // blocks, the next one included, whose band is zero
  private int endOfBandRun;
  private int savedEndOfBandRun;

  HuffmanAcFirst(SymbolReader symbols, BitReader in, Band band) {
    this.symbols = symbols;
    this.in = in;
    this.band = band;
  }

  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    if (endOfBandRun > 0) {
      endOfBandRun--;
      return;
    }
    for (int k = band.ss(); k <= band.se(); k++) {
      int symbol = symbols.next();
      int run = symbol >> 4;
      int category = symbol & 15;
      if (category == 0 && run < 15) {
        endOfBandRun = (1 << run) + in.receive(run) - 1;
        return;
      }
      k += run;
      if (k > band.se()) {
        symbols.violation("run of zeros past the end of the band", "G.1.2.2");
      }
      if (category > 0) {
        int value = in.receiveExtend(category) << band.al();
        values[at + ZigZag.natural(Math.min(k, 63))] = (short) value;
      }
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
