package dev.jacquard.jpeg;

/// One more bit of DC coefficients (T.81 G.1.2.1 and G.1.3.1): the bit itself, of the two's
/// complement.
final class DcRefinementEncoder implements BlockEncoder {
  private final EntropyWriter out;
  private final int al;

  DcRefinementEncoder(EntropyWriter out, int al) {
    this.out = out;
    this.al = al;
  }

  @Override
  public void encode(short[] values, int at) {
    out.bit(values[at] >> al & 1);
  }
}
