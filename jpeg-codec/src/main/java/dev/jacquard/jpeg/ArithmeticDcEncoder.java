package dev.jacquard.jpeg;

import java.util.Arrays;

/// Arithmetic coding of DC coefficients: whole ones (T.81 F.1.4.1), or their high bits in the first
/// DC scan of a progressive picture (G.1.3.1).
final class ArithmeticDcEncoder implements BlockEncoder {
  private static final int X1 = 20;
  private static final int MAX_CATEGORY = 15; // of a magnitude less 1 (F.1.4.4.1.3)

  private final ArithmeticEncoder out;
  private final byte[] statistics;
  private final int al;
  private int prediction;
  // S0 for the class of the previous difference (F.1.4.4.1.2)
  private int context;

  /// An encoder for one component.
  ///
  /// @param statistics of its table, shared with other components that use it
  /// @param al low bits that this scan leaves out
  ArithmeticDcEncoder(ArithmeticEncoder out, byte[] statistics, int al) {
    this.out = out;
    this.statistics = statistics;
    this.al = al;
  }

  @Override
  public void encode(short[] values, int at) {
    int value = values[at] >> al;
    int difference = value - prediction;
    prediction = value;
    int sz = Math.max(0, Math.abs(difference) - 1);
    CoefficientRangeException.check("DC difference, less 1,", sz, MAX_CATEGORY);
    out.encode(statistics, context, difference == 0 ? 0 : 1);
    if (difference == 0) {
      context = 0;
    } else {
      encodeNonzero(sz, difference < 0 ? 1 : 0);
    }
  }

  /// Figures F.6 to F.9.
  ///
  /// @param sz magnitude less 1
  private void encodeNonzero(int sz, int sign) {
    out.encode(statistics, context + 1, sign);
    int s = context + 2 + sign;
    if (sz == 0) {
      out.encode(statistics, s, 0);
    } else {
      out.encode(statistics, s, 1);
      s = ArithmeticMagnitudeEncoder.category(out, statistics, X1, sz, 0);
    }
    context = Conditioning.DEFAULT.dcContext(Integer.highestOneBit(sz), sign);
    ArithmeticMagnitudeEncoder.bits(out, statistics, s, sz);
  }

  @Override
  public void restart() {
    Arrays.fill(statistics, (byte) 0);
    prediction = 0;
    context = 0;
  }
}
