package dev.jacquard.jpeg;

/// The adaptive binary arithmetic encoder (T.81 D.1).
final class ArithmeticEncoder implements EntropyWriter {
  /* The registers are those of D.1.1: C holds a carry bit, 8 bits for the next byte, 3 spacer bits
   * and 16 bits of fraction. A carry may still change the last byte and X'FF's after it, so these
   * wait; zero bytes wait too, since at the end of a segment they are left out (D.1.8). */
  private static final int NOTHING = -1;

  private final ByteSink out;
  private final byte[] fixed = {ProbabilityTable.FIXED};
  private long c;
  private long a;
  private int ct;
  private int waiting;
  private int waitingZeros;
  private int waitingOnes;

  ArithmeticEncoder(ByteSink out) {
    this.out = out;
    start();
  }

  /// INITENC (D.1.7).
  private void start() {
    c = 0;
    a = 0x10000;
    ct = 11;
    waiting = NOTHING;
    waitingZeros = 0;
    waitingOnes = 0;
  }

  /// CODE_1 and CODE_0 (D.1.4): one decision.
  ///
  /// @param statistics of a table
  /// @param at index of the decision in them
  /// @param decision 0 or 1
  void encode(byte[] statistics, int at, int decision) {
    byte state = statistics[at];
    int qe = ProbabilityTable.qe(state);
    a -= qe;
    boolean lessProbable = decision != ProbabilityTable.moreProbableSymbol(state);
    if (!lessProbable && a >= 0x8000) {
      return;
    }
    // the upper part is the less probable symbol's, unless it is the larger one (D.1.3)
    if (lessProbable == a >= qe) {
      c += a;
      a = qe;
    }
    statistics[at] =
        lessProbable ? ProbabilityTable.afterLps(state) : ProbabilityTable.afterMps(state);
    do { // RENORM_E (D.1.6)
      a <<= 1;
      c <<= 1;
      if (--ct == 0) {
        byteOut();
        ct = 8;
      }
    } while (a < 0x8000);
  }

  @Override
  public void bit(int value) {
    encode(fixed, 0, value);
  }

  /// BYTE_OUT (D.1.6).
  private void byteOut() {
    int value = (int) (c >> 19);
    c &= 0x7FFFF;
    if (value > 0xFF) {
      carry();
      waiting = value & 0xFF;
    } else if (value == 0xFF) {
      waitingOnes++;
    } else {
      release();
      waiting = value;
    }
  }

  /// Adds one to the byte that waits; the X'FF's after it become zeros.
  private void carry() {
    if (waiting != NOTHING) {
      write(waiting + 1);
    }
    waitingZeros += waitingOnes;
    waitingOnes = 0;
  }

  /// No carry can come any more for what waits.
  private void release() {
    if (waiting == 0) {
      waitingZeros++;
    } else if (waiting != NOTHING) {
      write(waiting);
    }
    for (; waitingOnes > 0; waitingOnes--) {
      write(0xFF);
    }
  }

  private void write(int value) {
    for (; waitingZeros > 0; waitingZeros--) {
      out.writeByte(0);
    }
    out.writeByte(value);
    if (value == 0xFF) {
      out.writeByte(0);
    }
  }

  /// FLUSH (D.1.8): of all numbers in the interval the one with the most zeros at its end, without
  /// these.
  @Override
  public void finish() {
    long top = a - 1 + c & ~0xFFFFL;
    c = (top < c ? top + 0x8000 : top) << ct;
    if (c >> 27 != 0) {
      carry();
    } else {
      release();
    }
    if ((c & 0x7FFF800) != 0) {
      write((int) (c >> 19) & 0xFF);
      if ((c & 0x7F800) != 0) {
        write((int) (c >> 11) & 0xFF);
      }
    }
    start();
  }
}
