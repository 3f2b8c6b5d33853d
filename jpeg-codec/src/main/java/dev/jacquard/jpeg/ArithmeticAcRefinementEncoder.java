package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;
import java.util.Arrays;

/// Arithmetic coding of one more bit of a band of AC coefficients (T.81 G.1.3.3, figure G.10).
final class ArithmeticAcRefinementEncoder implements BlockEncoder {
  private final ArithmeticEncoder out;
  private final byte[] statistics;
  private final Band band;

  ArithmeticAcRefinementEncoder(ArithmeticEncoder out, byte[] statistics, Band band) {
    this.out = out;
    this.statistics = statistics;
    this.band = band;
  }

  @Override
  public void encode(short[] values, int at) {
    int last = ArithmeticAcEncoder.lastNonzero(values, at, band.se(), band.al());
    int lastBefore = ArithmeticAcEncoder.lastNonzero(values, at, last, band.ah());
    boolean afterNonzero = true;
    for (int k = band.ss(); k <= last; k++) {
      int value = values[at + ZigZag.natural(k)];
      int magnitude = Math.abs(value) >> band.al();
      int s = 3 * (k - 1);
      if (afterNonzero && k > lastBefore) {
        out.encode(statistics, s, 0); // not the end of the band
      }
      if (magnitude > 1) { // known before: one bit corrects it
        out.encode(statistics, s + 2, magnitude & 1);
      } else {
        out.encode(statistics, s + 1, magnitude);
        if (magnitude == 1) {
          out.bit(value < 0 ? 1 : 0);
        }
      }
      afterNonzero = magnitude != 0;
    }
    int next = Math.max(last + 1, band.ss());
    if (next <= band.se()) {
      out.encode(statistics, 3 * (next - 1), 1);
    }
  }

  @Override
  public void restart() {
    Arrays.fill(statistics, (byte) 0);
  }
}
