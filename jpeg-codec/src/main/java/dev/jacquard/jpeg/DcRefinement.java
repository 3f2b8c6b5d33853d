package dev.jacquard.jpeg;

/// One more bit of DC coefficients (T.81 G.1.2.1 and G.1.3.1): the bit itself, of the two's
/// complement.
final class DcRefinement implements BlockDecoder {
  private final EntropyReader in;
  private final int unit;

  DcRefinement(EntropyReader in, int al) {
    this.in = in;
    this.unit = 1 << al;
  }

  @Override
  public void decode(short[] values, int at) {
    if (in.bit() == 1) {
      values[at] |= (short) unit;
    }
  }
}
