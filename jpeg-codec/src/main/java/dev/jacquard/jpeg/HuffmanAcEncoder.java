package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman coding of AC coefficients: all of a block (T.81 F.1.2.2, figure F.2), or the high bits
/// of a band in its first scan of a progressive picture (G.1.2.2, figure G.3), where an end of band
/// may stand for a run of blocks.
final class HuffmanAcEncoder implements BlockEncoder {
  private static final int ZERO_RUN_OF_16 = 0xF0;

  private final SymbolWriter out;
  private final Band band;
  private final EndOfBandRun run;
  private final int maxCategory;

  /// An encoder for one component.
  ///
  /// @param longestRun blocks that one end of band may stand for: 1 in sequential processes
  /// @param maxCategory the largest category that samples of the frame's precision can need
  HuffmanAcEncoder(SymbolWriter out, Band band, int longestRun, int maxCategory) {
    this.maxCategory = maxCategory;
    this.out = out;
    this.band = band;
    this.run = new EndOfBandRun(out, longestRun);
  }

  @Override
  public void encode(short[] values, int at) {
    int zeros = 0;
    for (int k = Math.max(1, band.ss()); k <= band.se(); k++) {
      int value = values[at + ZigZag.natural(k)];
      int magnitude = Math.abs(value) >> band.al();
      if (magnitude == 0) {
        zeros++;
        continue;
      }
      CoefficientRangeException.check("AC coefficient", magnitude, maxCategory);
      run.flush();
      for (; zeros > 15; zeros -= 16) {
        out.write(ZERO_RUN_OF_16, 0, 0);
      }
      out.magnitude(zeros, magnitude, value < 0);
      zeros = 0;
    }
    if (zeros > 0) {
      run.add();
    }
  }

  @Override
  public void flush() {
    run.flush();
  }
}
