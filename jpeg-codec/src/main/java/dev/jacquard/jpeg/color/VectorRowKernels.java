package dev.jacquard.jpeg.color;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Rows with vectors of 16-bit lanes. Where a row is no multiple of the vector's length, the last
/// vector overlaps the one before; rows shorter than a vector are left to plain loops.
final class VectorRowKernels implements RowKernels {
  /* The products of T.871 have up to 24 bits. They are computed in 16-bit lanes all the same, exactly:
   * with c = 256 a + b, ⌊(c · x + 2^15) / 2^16⌋ = ⌊(a · x + ⌊b · x / 256⌋ + 128) / 256⌋, since a floor
   * of a floor is the floor of the quotient. Coefficients over 2^15 first give their 65536 away, which
   * is adding x. What is added before the shift is 2^15 - 1 = 127 · 256 + 255 for chrominance. */
  private static final VectorSpecies<Short> SHORTS =
      Vectors.ARE_WIDE ? ShortVector.SPECIES_512 : ShortVector.SPECIES_256;
  private static final VectorSpecies<Byte> BYTES =
      Vectors.ARE_WIDE ? ByteVector.SPECIES_512 : ByteVector.SPECIES_256;
  private static final VectorSpecies<Byte> HALF =
      Vectors.ARE_WIDE ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
  private static final int LANES = SHORTS.length();

  // where the bytes of as many pixels as a vector has lanes come from: pairs of red and green, then
  // pairs of
  // blue and nothing
  private static final ByteVector FIRST_BYTES = interleaving(0);
  private static final ByteVector LAST_BYTES = interleaving(2 * LANES);

  // where a colour's bytes come from; every second one does not count
  private static final ByteVector RED = gathering(0);
  private static final ByteVector GREEN = gathering(1);
  private static final ByteVector BLUE = gathering(2);

  private static final VectorSpecies<Short> MEANS =
      Vectors.ARE_WIDE ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;

  // 1 and 2 in turn
  private static final IntVector BIAS =
      ((IntVector) (Vectors.ARE_WIDE ? IntVector.SPECIES_512 : IntVector.SPECIES_256).broadcast(0))
          .addIndex(1)
          .and(1)
          .add(1);

  /// Pixels whose colours are kept apart at a time.
  private static final int PIECE = 1024;

  private final PlainRowKernels plain = new PlainRowKernels();
  // a piece, or less where rows are shorter
  private short[] red = {};
  private short[] green = {};
  private short[] blue = {};

  private static ByteVector interleaving(int from) {
    byte[] sources = new byte[2 * LANES];
    for (int i = 0; i < sources.length; i++) {
      int pixel = (from + i) / 3 % LANES;
      int color = (from + i) % 3;
      sources[i] = (byte) (color < 2 ? 2 * pixel + color : 2 * LANES + 2 * pixel);
    }
    return ByteVector.fromArray(BYTES, sources, 0);
  }

  private static ByteVector gathering(int color) {
    byte[] sources = new byte[2 * LANES];
    for (int pixel = 0; pixel < LANES; pixel++) {
      int source = 3 * pixel + color;
      // the second vector begins with what the first one has in its upper half
      sources[2 * pixel] = (byte) (source < 2 * LANES ? source : source + LANES);
    }
    return ByteVector.fromArray(BYTES, sources, 0);
  }

  @Override
  public void toRgb(short[] y, int yAt, short[] cb, short[] cr, int n, byte[] out, int at) {
    if (n < LANES) {
      plain.toRgb(y, yAt, cb, cr, n, out, at);
      return;
    }
    reserve(Math.min(PIECE, n));
    for (int piece = 0; piece < n; piece += PIECE) {
      int x = Math.min(piece, Math.max(0, n - PIECE));
      int length = Math.min(PIECE, n);
      convert(y, yAt + x, cb, cr, x, length);
      interleave(length, out, at + 3 * x);
    }
  }

  private void reserve(int n) {
    if (red.length < n) {
      red = new short[n];
      green = new short[n];
      blue = new short[n];
    }
  }

  /// Red, green and blue, not clamped yet.
  private void convert(short[] y, int yAt, short[] cb, short[] cr, int at, int n) {
    for (int i = 0; i < n; i += LANES) {
      int x = Math.min(i, n - LANES);
      ShortVector luma = ShortVector.fromArray(SHORTS, y, yAt + x);
      ShortVector u = ShortVector.fromArray(SHORTS, cb, at + x).sub((short) 128);
      ShortVector v = ShortVector.fromArray(SHORTS, cr, at + x).sub((short) 128);
      // 91881 = 65536 + 102 · 256 + 233; 116130 = 65536 + 197 · 256 + 162
      ShortVector r = v.mul((short) 233).lanewise(ASHR, 8).add(v.mul((short) 102));
      r.add((short) 128).lanewise(ASHR, 8).add(v).add(luma).intoArray(red, x);
      ShortVector b = u.mul((short) 162).lanewise(ASHR, 8).add(u.mul((short) 197));
      b.add((short) 128).lanewise(ASHR, 8).add(u).add(luma).intoArray(blue, x);
      // -22554 = -(88 · 256 + 26); -46802 = -65536 + 73 · 256 + 46
      ShortVector low = v.mul((short) 46).sub(u.mul((short) 26)).lanewise(ASHR, 8);
      ShortVector g = v.mul((short) 73).sub(u.mul((short) 88)).add(low);
      g.add((short) 128).lanewise(ASHR, 8).sub(v).add(luma).intoArray(green, x);
    }
  }

  private void interleave(int n, byte[] out, int at) {
    for (int i = 0; i < n; i += LANES) {
      int x = Math.min(i, n - LANES);
      ShortVector r = ShortVector.fromArray(SHORTS, red, x).max((short) 0).min((short) 255);
      ShortVector g = ShortVector.fromArray(SHORTS, green, x).max((short) 0).min((short) 255);
      ShortVector b = ShortVector.fromArray(SHORTS, blue, x).max((short) 0).min((short) 255);
      ByteVector redGreen = r.or(g.lanewise(LSHL, 8)).reinterpretAsBytes();
      ByteVector blueNone = b.reinterpretAsBytes();
      FIRST_BYTES.selectFrom(redGreen, blueNone).intoArray(out, at + 3 * x);
      ByteVector last = LAST_BYTES.selectFrom(redGreen, blueNone);
      ((ByteVector) last.reinterpretShape(HALF, 0)).intoArray(out, at + 3 * x + 2 * LANES);
    }
  }

  @Override
  public void fromRgb(byte[] rgb, int from, int n, short[] y, short[] cb, short[] cr, int at) {
    reserve(Math.min(PIECE, n));
    for (int done = 0; done < n; done += PIECE) {
      int length = Math.min(PIECE, n - done);
      if (length < LANES) {
        plain.fromRgb(rgb, from + 3 * done, length, y, cb, cr, at + done);
      } else {
        split(rgb, from + 3 * done, length);
        luminance(length, y, at + done);
        blueChrominance(length, cb, at + done);
        redChrominance(length, cr, at + done);
      }
    }
  }

  private void split(byte[] rgb, int from, int n) {
    for (int i = 0; i < n; i += LANES) {
      int x = Math.min(i, n - LANES);
      ByteVector first = ByteVector.fromArray(BYTES, rgb, from + 3 * x);
      ByteVector last = ByteVector.fromArray(BYTES, rgb, from + 3 * x + LANES);
      RED.selectFrom(first, last).reinterpretAsShorts().and((short) 0xFF).intoArray(red, x);
      GREEN.selectFrom(first, last).reinterpretAsShorts().and((short) 0xFF).intoArray(green, x);
      BLUE.selectFrom(first, last).reinterpretAsShorts().and((short) 0xFF).intoArray(blue, x);
    }
  }

  private void luminance(int n, short[] y, int at) {
    for (int i = 0; i < n; i += LANES) {
      int x = Math.min(i, n - LANES);
      ShortVector r = ShortVector.fromArray(SHORTS, red, x);
      ShortVector g = ShortVector.fromArray(SHORTS, green, x);
      ShortVector b = ShortVector.fromArray(SHORTS, blue, x);
      // 19595 = 76 · 256 + 139; 38470 = 150 · 256 + 70; 7471 = 29 · 256 + 47; sums under 2^16
      ShortVector high = r.mul((short) 76).add(g.mul((short) 150)).add(b.mul((short) 29));
      ShortVector low = r.mul((short) 139).add(g.mul((short) 70)).add(b.mul((short) 47));
      high.add(low.lanewise(LSHR, 8)).add((short) 128).lanewise(LSHR, 8).intoArray(y, at + x);
    }
  }

  private void blueChrominance(int n, short[] cb, int at) {
    for (int i = 0; i < n; i += LANES) {
      int x = Math.min(i, n - LANES);
      ShortVector r = ShortVector.fromArray(SHORTS, red, x);
      ShortVector g = ShortVector.fromArray(SHORTS, green, x);
      ShortVector b = ShortVector.fromArray(SHORTS, blue, x);
      // -11059 = -43 · 256 - 51; -21709 = -85 · 256 + 51; 32768 = 128 · 256
      ShortVector high = b.mul((short) 128).sub(r.mul((short) 43)).sub(g.mul((short) 85));
      ShortVector low = g.sub(r).mul((short) 51).add((short) 255).lanewise(ASHR, 8);
      high.add(low).add((short) 127).lanewise(ASHR, 8).add((short) 128).intoArray(cb, at + x);
    }
  }

  private void redChrominance(int n, short[] cr, int at) {
    for (int i = 0; i < n; i += LANES) {
      int x = Math.min(i, n - LANES);
      ShortVector r = ShortVector.fromArray(SHORTS, red, x);
      ShortVector g = ShortVector.fromArray(SHORTS, green, x);
      ShortVector b = ShortVector.fromArray(SHORTS, blue, x);
      // -27439 = -107 · 256 - 47; -5329 = -21 · 256 + 47
      ShortVector high = r.mul((short) 128).sub(g.mul((short) 107)).sub(b.mul((short) 21));
      ShortVector low = b.sub(g).mul((short) 47).add((short) 255).lanewise(ASHR, 8);
      high.add(low).add((short) 127).lanewise(ASHR, 8).add((short) 128).intoArray(cr, at + x);
    }
  }

  @Override
  public void meanOfFour(short[] samples, int above, int below, int n, short[] out, int at) {
    int x = 0;
    for (; x <= n - LANES / 2; x += LANES / 2) {
      ShortVector a = ShortVector.fromArray(SHORTS, samples, above + 2 * x);
      ShortVector b = ShortVector.fromArray(SHORTS, samples, below + 2 * x);
      IntVector pairs = a.add(b).reinterpretAsInts();
      IntVector sums = pairs.and(0xFFFF).add(pairs.lanewise(LSHR, 16));
      ((ShortVector) sums.add(BIAS).lanewise(LSHR, 2).convertShape(I2S, MEANS, 0))
          .intoArray(out, at + x);
    }
    for (; x < n; x++) {
      int sum = samples[above + 2 * x] + samples[above + 2 * x + 1];
      sum += samples[below + 2 * x] + samples[below + 2 * x + 1];
      out[at + x] = (short) ((sum + 1 + (x & 1)) >> 2);
    }
  }
}
