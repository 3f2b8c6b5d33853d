package dev.jacquard.jpeg.color;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Rows with vectors of 16-bit lanes. Where a row is no multiple of the vector's length, the last
/// vector overlaps the one before; rows shorter than a vector are left to plain loops.
final class VectorRowKernels implements RowKernels {
  /* The products of T.871 have up to 24 bits. They are computed in 16-bit lanes all the same, exactly:
   * with c = 256 a + b, ⌊(c · x + 2^15) / 2^16⌋ = ⌊(a · x + ⌊b · x / 256⌋ + 128) / 256⌋, since a floor
   * of a floor is the floor of the quotient. Coefficients over 2^15 first give their 65536 away, which
   * is adding x. */
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  private static final VectorSpecies<Byte> HALF = ByteVector.SPECIES_128;
  private static final int LANES = 16;

  // where the bytes of three pixels out of 16 come from: pairs of red and green, then pairs of
  // blue and nothing
  private static final ByteVector FIRST_BYTES = interleaving(0);
  private static final ByteVector LAST_BYTES = interleaving(2 * LANES);

  private final PlainRowKernels plain = new PlainRowKernels();

  private static ByteVector interleaving(int from) {
    byte[] sources = new byte[2 * LANES];
    for (int i = 0; i < sources.length; i++) {
      int pixel = (from + i) / 3 % LANES;
      int color = (from + i) % 3;
      sources[i] = (byte) (color < 2 ? 2 * pixel + color : 2 * LANES + 2 * pixel);
    }
    return ByteVector.fromArray(BYTES, sources, 0);
  }

  @Override
  public void toRgb(short[] y, short[] cb, short[] cr, int n, byte[] out, int at) {
    if (n < LANES) {
      plain.toRgb(y, cb, cr, n, out, at);
      return;
    }
    convert(y, cb, cr, n);
    interleave(y, cb, cr, n, out, at);
  }

  /// Turns the components into red, green and blue, not clamped yet.
  private static void convert(short[] y, short[] cb, short[] cr, int n) {
    int x = 0;
    for (; x <= n - LANES; x += LANES) {
      ShortVector luma = ShortVector.fromArray(SHORTS, y, x);
      ShortVector u = ShortVector.fromArray(SHORTS, cb, x).sub((short) 128);
      ShortVector v = ShortVector.fromArray(SHORTS, cr, x).sub((short) 128);
      // 91881 = 65536 + 102 · 256 + 233; 116130 = 65536 + 197 · 256 + 162
      luma.add(v).add(scaled(v.mul((short) 102), v.mul((short) 233))).intoArray(y, x);
      luma.add(u).add(scaled(u.mul((short) 197), u.mul((short) 162))).intoArray(cr, x);
      // -22554 = -(88 · 256 + 26); -46802 = -65536 + 73 · 256 + 46
      ShortVector high = v.mul((short) 73).sub(u.mul((short) 88));
      ShortVector low = v.mul((short) 46).sub(u.mul((short) 26));
      luma.sub(v).add(scaled(high, low)).intoArray(cb, x);
    }
    for (; x < n; x++) {
      YccConversion.toRgb(y, cb, cr, x);
    }
  }

  private static void interleave(
      short[] red, short[] green, short[] blue, int n, byte[] out, int at) {
    for (int i = 0; i < n; i += LANES) {
      int x = Math.min(i, n - LANES);
      ByteVector redGreen =
          clamp(red, x).or(clamp(green, x).lanewise(LSHL, 8)).reinterpretAsBytes();
      ByteVector blueNone = clamp(blue, x).reinterpretAsBytes();
      FIRST_BYTES.selectFrom(redGreen, blueNone).intoArray(out, at + 3 * x);
      ByteVector last = LAST_BYTES.selectFrom(redGreen, blueNone);
      ((ByteVector) last.reinterpretShape(HALF, 0)).intoArray(out, at + 3 * x + 2 * LANES);
    }
  }

  /// `⌊(256 · high + low + 2^15) / 2^16⌋`.
  private static ShortVector scaled(ShortVector high, ShortVector low) {
    return high.add(low.lanewise(ASHR, 8)).add((short) 128).lanewise(ASHR, 8);
  }

  private static ShortVector clamp(short[] row, int x) {
    return ShortVector.fromArray(SHORTS, row, x).max((short) 0).min((short) 255);
  }

  @Override
  public void fromRgb(byte[] rgb, int from, int n, short[] y, short[] cb, short[] cr) {
    plain.fromRgb(rgb, from, n, y, cb, cr);
  }

  @Override
  public void meanOfFour(short[] above, short[] below, int n, short[] out, int at) {
    plain.meanOfFour(above, below, n, out, at);
  }
}
