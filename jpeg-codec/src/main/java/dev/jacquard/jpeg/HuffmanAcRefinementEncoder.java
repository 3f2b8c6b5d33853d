package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;

/// Huffman coding of one more bit of a band of AC coefficients (T.81 G.1.2.3, figure G.7).
final class HuffmanAcRefinementEncoder implements BlockEncoder {
  private static final int ZERO_RUN_OF_16 = 0xF0;

  /// Correction bits that libjpeg holds back at most before another block comes.
  private static final int MOST_BITS = 937;

  private final SymbolWriter out;
  private final Band band;
  private final EndOfBandRun run;
  // correction bits that follow the run
  private final byte[] runBits = new byte[MOST_BITS + 63];
  private int runBitCount;
  // correction bits since the last symbol of the block
  private final byte[] blockBits = new byte[63];
  private int blockBitCount;

  HuffmanAcRefinementEncoder(SymbolWriter out, Band band) {
    this.out = out;
    this.band = band;
    this.run = new EndOfBandRun(out, EndOfBandRun.LONGEST);
  }

  @Override
  public void encode(short[] values, int at) {
    int lastNew = lastNew(values, at);
    int zeros = 0;
    blockBitCount = 0;
    for (int k = band.ss(); k <= band.se(); k++) {
      int value = values[at + ZigZag.natural(k)];
      int magnitude = Math.abs(value) >> band.al();
      if (magnitude == 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15 && k <= lastNew; zeros -= 16) {
        write(ZERO_RUN_OF_16, 0, 0);
      }
      if (magnitude > 1) { // known before: one bit corrects it
        blockBits[blockBitCount++] = (byte) (magnitude & 1);
      } else {
        write(zeros << 4 | 1, value < 0 ? 0 : 1, 1);
        zeros = 0;
      }
    }
    if (zeros > 0 || blockBitCount > 0) {
      endBand();
    }
  }

  /// The place of the last coefficient that becomes nonzero; zeros after it need no symbols.
  private int lastNew(short[] values, int at) {
    int k = band.se();
    while (k >= band.ss() && Math.abs(values[at + ZigZag.natural(k)]) >> band.al() != 1) {
      k--;
    }
    return k;
  }

  private void write(int symbol, int extra, int extraBits) {
    flush();
    out.write(symbol, extra, extraBits);
    for (int i = 0; i < blockBitCount; i++) {
      out.bits(blockBits[i], 1);
    }
    blockBitCount = 0;
  }

  private void endBand() {
    System.arraycopy(blockBits, 0, runBits, runBitCount, blockBitCount);
    runBitCount += blockBitCount;
    run.add();
    if (run.isEmpty() || runBitCount > MOST_BITS) {
      flush();
    }
  }

  @Override
  public void flush() {
    run.flush();
    for (int i = 0; i < runBitCount; i++) {
      out.bits(runBits[i], 1);
    }
    runBitCount = 0;
  }
}
