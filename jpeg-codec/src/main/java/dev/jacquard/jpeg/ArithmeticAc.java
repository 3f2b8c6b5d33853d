package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;
import java.util.Arrays;

/// Arithmetic decoding of AC coefficients: all of a block (T.81 F.2.4.2), or the high bits of a
/// band in its first scan of a progressive picture (G.1.3.2).
final class ArithmeticAc implements BlockDecoder {
  /// Decisions that a table has statistics for (table F.5).
  static final int STATISTICS = 245;

  private static final int X2_LOW = 189;
  private static final int X2_HIGH = 217;

  private final ArithmeticDecoder in;
  private final byte[] statistics;
  private byte[] savedStatistics = {};
  private final int kx;
  private final Band band;
  private final Problems problems;

  /// A decoder for one component.
  ///
  /// @param statistics of its table, shared with other components that use it
  ArithmeticAc(
      ArithmeticDecoder in,
      byte[] statistics,
      Conditioning conditioning,
      Band band,
      Problems problems) {
    this.in = in;
    this.statistics = statistics;
    this.kx = conditioning.kx();
    this.band = band;
    this.problems = problems;
  }

  /// Figure F.20; `3 (k - 1)` is the end-of-block decision before coefficient `k`, the two after it
  /// tell whether the coefficient is zero and whether its magnitude is over 1.
  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    int k = Math.max(1, band.ss());
    while (!in.failed() && k <= band.se() && in.decode(statistics, 3 * (k - 1)) == 0) {
      while (in.decode(statistics, 3 * (k - 1) + 1) == 0) {
        if (++k > band.se()) {
          fail("run of zeros past the end of the block");
          return;
        }
      }
      int sign = in.bit();
      int size = decodeMagnitude(k) + 1;
      if (in.failed()) {
        return;
      }
      int value = (sign == 1 ? -size : size) << band.al();
      values[at + ZigZag.natural(k++)] = (short) value;
    }
  }

  /// Figures F.23 and F.24; the second step of the category shares its decision with the first.
  ///
  /// @return the magnitude less 1
  private int decodeMagnitude(int k) throws JpegFormatException {
    int s = 3 * (k - 1) + 2;
    int category = in.decode(statistics, s);
    if (category == 1 && in.decode(statistics, s) == 1) {
      int x2 = k <= kx ? X2_LOW : X2_HIGH;
      category = ArithmeticMagnitude.category(in, statistics, x2, 2);
      if (category == ArithmeticMagnitude.OVERFLOW) {
        fail("AC coefficient over 16 bits");
        return 0;
      }
      s = x2 + Integer.numberOfTrailingZeros(category) - 1;
    }
    return ArithmeticMagnitude.bits(in, statistics, s + ArithmeticMagnitude.BITS, category);
  }

  private void fail(String problem) throws JpegFormatException {
    problems.report(problem, in.offset(), "F.1.4.4.2");
    in.fail();
  }

  @Override
  public void restart() {
    Arrays.fill(statistics, (byte) 0);
  }

  @Override
  public void save() {
    savedStatistics = statistics.clone();
  }

  @Override
  public void restore() {
    System.arraycopy(savedStatistics, 0, statistics, 0, statistics.length);
  }
}
