package dev.jacquard.jpeg;

/// The adaptive binary arithmetic decoder (T.81 D.2).
///
/// Decisions are told apart by their statistics, one byte each; see [ProbabilityTable]. Past the
/// end of a segment it reads zero bytes, as D.1.8 allows the encoder to leave them out.
final class ArithmeticDecoder implements EntropyReader {
  /* The registers are those of D.2.1 except that the code register C keeps unread bits below the
   * binary point, `ct` of them, so that only the interval is shifted, not C. */
  private static final int ONE_HALF = 0x8000;

  private final EntropyBytes in;
  private final byte[] fixed = {ProbabilityTable.FIXED};
  private int c;
  private int a;
  private int ct;
  private boolean failed;
  private boolean starved;
  private int savedC;
  private int savedA;
  private int savedCt;
  private boolean savedFailed;

  ArithmeticDecoder(byte[] data, int position) {
    this.in = new EntropyBytes(data, position);
    start();
  }

  /// INITDEC (D.2.1): the first decision will read two bytes.
  private void start() {
    c = 0;
    a = 0;
    ct = -16;
    failed = false;
  }

  /// DECODE (D.2.4): one decision.
  ///
  /// @param statistics of a table
  /// @param at index of the decision in them
  /// @return 0 or 1
  int decode(byte[] statistics, int at) {
    renormalize();
    byte state = statistics[at];
    int qe = ProbabilityTable.qe(state);
    a -= qe;
    boolean upper = c >= a << ct;
    if (!upper && a >= ONE_HALF) {
      return ProbabilityTable.moreProbableSymbol(state);
    }
    // the upper part is the less probable symbol's, unless it is the larger one (D.1.3)
    boolean lessProbable = upper != a < qe;
    if (upper) {
      c -= a << ct;
      a = qe;
    }
    statistics[at] =
        lessProbable ? ProbabilityTable.afterLps(state) : ProbabilityTable.afterMps(state);
    return ProbabilityTable.moreProbableSymbol(state) ^ (lessProbable ? 1 : 0);
  }

  /// RENORM_D and BYTE_IN (D.2.6).
  private void renormalize() {
    while (a < ONE_HALF) {
      if (--ct < 0) {
        c = c << 8 | Math.max(0, nextByte());
        ct += 8;
        if (ct < 0 && ++ct == 0) {
          a = ONE_HALF; // both first bytes are there
        }
      }
      a <<= 1;
    }
  }

  private int nextByte() {
    int value = in.next();
    starved |= value == EntropyBytes.NONE && !in.atMarker();
    return value;
  }

  @Override
  public int bit() {
    return decode(fixed, 0);
  }

  /// Gives the rest of the segment up: a decision was made that no encoder makes.
  void fail() {
    failed = true;
  }

  /// Whether nothing more is to be read from this segment.
  boolean failed() {
    return failed;
  }

  /// Never: zero bytes past the end are part of the code.
  @Override
  public boolean overrun() {
    return false;
  }

  /// Whether no more than the bytes that the encoder's last interval may need are left.
  @Override
  public boolean endsCleanly() {
    if (failed) {
      return true; // has been reported
    }
    for (int i = 0; i < 2 && !in.atMarker(); i++) {
      nextByte();
    }
    return in.atMarker() || nextByte() == EntropyBytes.NONE;
  }

  @Override
  public int nextMarker() {
    start();
    int marker = in.nextMarker();
    starved |= !in.atMarker();
    return marker;
  }

  @Override
  public void passMarker() {
    in.passMarker();
  }

  @Override
  public void extend(byte[] data, int end, boolean complete) {
    in.extend(data, end, complete);
  }

  @Override
  public boolean starved() {
    return starved;
  }

  @Override
  public void save() {
    in.save();
    savedC = c;
    savedA = a;
    savedCt = ct;
    savedFailed = failed;
  }

  @Override
  public void restore() {
    in.restore();
    c = savedC;
    a = savedA;
    ct = savedCt;
    failed = savedFailed;
    starved = false;
  }

  @Override
  public int offset() {
    return in.offset(0);
  }
}
