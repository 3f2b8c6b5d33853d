package dev.jacquard.jpeg;

import java.util.Arrays;

/// Arithmetic decoding of DC coefficients: a whole one (T.81 F.2.4.1), or its high bits in the
/// first DC scan of a progressive picture (G.1.3.1).
final class ArithmeticDc implements BlockDecoder {
  /// Decisions that a table has statistics for (table F.4).
  static final int STATISTICS = 49;

  private static final int X1 = 20;

  private final ArithmeticDecoder in;
  private final byte[] statistics;
  private byte[] savedStatistics = {};
  private final Conditioning conditioning;
  private final int al;
  private final Problems problems;
  private int prediction;
  // S0 for the class of the previous difference (F.1.4.4.1.2)
  private int context;
  private int savedPrediction;
  private int savedContext;

  /// A decoder for one component.
  ///
  /// @param statistics of its table, shared with other components that use it
  /// @param al low bits that this scan leaves out
  ArithmeticDc(
      ArithmeticDecoder in,
      byte[] statistics,
      Conditioning conditioning,
      int al,
      Problems problems) {
    this.in = in;
    this.statistics = statistics;
    this.conditioning = conditioning;
    this.al = al;
    this.problems = problems;
  }

  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    if (in.failed()) {
      return;
    }
    if (in.decode(statistics, context) == 0) {
      context = 0;
    } else if (!decodeDifference()) {
      problems.report("DC difference over 16 bits", in.offset(), "F.1.4.4.1");
      in.fail();
      return;
    }
    values[at] = (short) (prediction << al);
  }

  /// Figure F.21, for a difference that is not zero.
  ///
  /// @return false if it is too large
  private boolean decodeDifference() {
    int sign = in.decode(statistics, context + 1);
    int s = context + 2 + sign;
    int category = in.decode(statistics, s);
    if (category == 1) {
      category = ArithmeticMagnitude.category(in, statistics, X1, 1);
      if (category == ArithmeticMagnitude.OVERFLOW) {
        return false;
      }
      s = X1 + Integer.numberOfTrailingZeros(category);
    }
    context = conditioning.dcContext(category, sign);
    int bits = s + ArithmeticMagnitude.BITS;
    int size = ArithmeticMagnitude.bits(in, statistics, bits, category) + 1;
    prediction = (prediction + (sign == 1 ? -size : size)) & 0xFFFF;
    return true;
  }

  @Override
  public void restart() {
    Arrays.fill(statistics, (byte) 0);
    prediction = 0;
    context = 0;
  }

  @Override
  public void save() {
    savedStatistics = statistics.clone();
    savedPrediction = prediction;
    savedContext = context;
  }

  @Override
  public void restore() {
    System.arraycopy(savedStatistics, 0, statistics, 0, statistics.length);
    prediction = savedPrediction;
    context = savedContext;
  }
}
