package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;
import java.util.Arrays;

/// Arithmetic coding of AC coefficients: all of a block (T.81 F.1.4.2, figure F.5), or the high
/// bits of a band in its first scan of a progressive picture (G.1.3.2).
final class ArithmeticAcEncoder implements BlockEncoder {
  private static final int X2_LOW = 189;
  private static final int X2_HIGH = 217;

  private final ArithmeticEncoder out;
  private final byte[] statistics;
  private final Band band;

  /// An encoder for one component.
  ///
  /// @param statistics of its table, shared with other components that use it
  ArithmeticAcEncoder(ArithmeticEncoder out, byte[] statistics, Band band) {
    this.out = out;
    this.statistics = statistics;
    this.band = band;
  }

  @Override
  public void encode(short[] values, int at) {
    int last = lastNonzero(values, at, band.se(), band.al());
    boolean afterNonzero = true;
    for (int k = Math.max(1, band.ss()); k <= last; k++) {
      int value = values[at + ZigZag.natural(k)];
      int magnitude = Math.abs(value) >> band.al();
      int s = 3 * (k - 1);
      if (afterNonzero) {
        out.encode(statistics, s, 0); // not the end of the block
      }
      out.encode(statistics, s + 1, magnitude == 0 ? 0 : 1);
      afterNonzero = magnitude != 0;
      if (afterNonzero) {
        out.bit(value < 0 ? 1 : 0);
        encodeMagnitude(k, magnitude - 1);
      }
    }
    int next = Math.max(last + 1, Math.max(1, band.ss()));
    if (next <= band.se()) {
      out.encode(statistics, 3 * (next - 1), 1);
    }
  }

  /// The last place in the zig-zag sequence, up to `se`, where a bit from `al` on is set; 0 for
  /// none.
  static int lastNonzero(short[] values, int at, int se, int al) {
    int k = se;
    while (k > 0 && Math.abs(values[at + ZigZag.natural(k)]) >> al == 0) {
      k--;
    }
    return k;
  }

  /// Figures F.8 and F.9; the second step of the category shares its decision with the first.
  private void encodeMagnitude(int k, int sz) {
    int s = 3 * (k - 1) + 2;
    out.encode(statistics, s, sz > 0 ? 1 : 0);
    if (sz > 0) {
      out.encode(statistics, s, sz > 1 ? 1 : 0);
    }
    if (sz > 1) {
      int x2 = k <= Conditioning.DEFAULT.kx() ? X2_LOW : X2_HIGH;
      s = ArithmeticMagnitudeEncoder.category(out, statistics, x2, sz, 1);
    }
    ArithmeticMagnitudeEncoder.bits(out, statistics, s, sz);
  }

  @Override
  public void restart() {
    Arrays.fill(statistics, (byte) 0);
  }
}
