package dev.jacquard.jpeg;

import dev.jacquard.jpeg.dct.ZigZag;
import java.util.Arrays;

/// Arithmetic decoding of one more bit of a band of AC coefficients (T.81 G.1.3.3).
final class ArithmeticAcRefinement implements BlockDecoder {
  private final ArithmeticDecoder in;
  private final byte[] statistics;
  private byte[] savedStatistics = {};
  private final Band band;
  private final Problems problems;

  ArithmeticAcRefinement(ArithmeticDecoder in, byte[] statistics, Band band, Problems problems) {
    this.in = in;
    this.statistics = statistics;
    this.band = band;
    this.problems = problems;
  }

  /// Figure G.11; an end of band may only follow the last coefficient that was nonzero before.
  @Override
  public void decode(short[] values, int at) throws JpegFormatException {
    if (in.failed()) {
      return;
    }
    int lastNonzero = lastNonzero(values, at);
    int k = band.ss();
    while (k <= band.se()) {
      if (k > lastNonzero && in.decode(statistics, 3 * (k - 1)) == 1) {
        return;
      }
      while (!refine(values, at + ZigZag.natural(k), 3 * (k - 1))) {
        if (++k > band.se()) {
          problems.report("run of zeros past the end of the band", in.offset(), "G.1.3.3");
          in.fail();
          return;
        }
      }
      k++;
    }
  }

  private int lastNonzero(short[] values, int at) {
    int k = band.se();
    while (k > 0 && values[at + ZigZag.natural(k)] == 0) {
      k--;
    }
    return k;
  }

  /// Reads the next bit of one coefficient.
  ///
  /// @return whether it is not zero now
  private boolean refine(short[] values, int i, int s) {
    int unit = 1 << band.al();
    if (values[i] != 0) {
      if (in.decode(statistics, s + 2) == 1) {
        values[i] += (short) (values[i] < 0 ? -unit : unit);
      }
      return true;
    }
    if (in.decode(statistics, s + 1) == 0) {
      return false;
    }
    values[i] = (short) (in.bit() == 1 ? -unit : unit);
    return true;
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
