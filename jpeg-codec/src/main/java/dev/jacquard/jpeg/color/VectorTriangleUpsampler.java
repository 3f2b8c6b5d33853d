package dev.jacquard.jpeg.color;

import static jdk.incubator.vector.VectorOperators.ASHR;

import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// [TriangleUpsampler] of samples of 8 bits with vectors.
final class VectorTriangleUpsampler implements Upsampler {
  private static final VectorSpecies<Short> SHORTS =
      Vectors.ARE_WIDE ? ShortVector.SPECIES_512 : ShortVector.SPECIES_256;
  private static final int LANES = SHORTS.length();

  // which lanes of two vectors end up in the first and in the second when they are interleaved
  private static final ShortVector LOWER = interleaving(0);
  private static final ShortVector UPPER = interleaving(LANES / 2);

  private final SamplePlane plane;
  private final int hExpand;
  private final int vExpand;
  // sums of rows, the first and the last one repeated, and room for whole vectors
  private final short[] sums;
  private final short[] wide;

  VectorTriangleUpsampler(SamplePlane plane, int hExpand, int vExpand) {
    this.plane = plane;
    this.hExpand = hExpand;
    this.vExpand = vExpand;
    int width = Math.ceilDiv(plane.width(), LANES) * LANES;
    this.sums = new short[width + 2];
    this.wide = new short[2 * width];
  }

  private static ShortVector interleaving(int from) {
    short[] lanes = new short[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = (short) (from + i / 2 + i % 2 * LANES);
    }
    return ShortVector.fromArray(SHORTS, lanes, 0);
  }

  @Override
  public void row(int y, short[] out) {
    int width = plane.width();
    short[] target = out.length < wide.length ? wide : out; // whole vectors are written
    if (vExpand == 1) {
      System.arraycopy(plane.samples(), plane.offset(y), sums, 1, width);
    } else {
      int near = y / 2;
      int far = Math.clamp(near + ((y & 1) == 0 ? -1 : 1), 0, plane.height() - 1);
      sumRows(plane.samples(), plane.offset(near), plane.offset(far), width, sums);
    }
    sums[0] = sums[1];
    sums[width + 1] = sums[width];
    if (hExpand == 1) {
      quarter(sums, width, 1 + (y & 1), target);
    } else if (vExpand == 1) {
      expand(sums, width, 1, 2, 2, target);
    } else {
      expand(sums, width, 8, 7, 4, target);
    }
    if (target != out) {
      System.arraycopy(wide, 0, out, 0, Math.min(out.length, hExpand * width));
    }
  }

  /// `3 · near + far`.
  private static void sumRows(short[] samples, int near, int far, int n, short[] sums) {
    int x = 0;
    for (; x <= n - LANES; x += LANES) {
      ShortVector a = ShortVector.fromArray(SHORTS, samples, near + x);
      ShortVector b = ShortVector.fromArray(SHORTS, samples, far + x);
      a.add(a).add(a).add(b).intoArray(sums, 1 + x);
    }
    for (; x < n; x++) {
      sums[1 + x] = (short) (3 * samples[near + x] + samples[far + x]);
    }
  }

  private static void quarter(short[] sums, int n, int bias, short[] out) {
    for (int x = 0; x < n; x += LANES) {
      ShortVector.fromArray(SHORTS, sums, 1 + x)
          .add((short) bias)
          .lanewise(ASHR, 2)
          .intoArray(out, x);
    }
  }

  private static void expand(
      short[] sums, int n, int evenBias, int oddBias, int shift, short[] out) {
    for (int x = 0; x < n; x += LANES) {
      ShortVector left = ShortVector.fromArray(SHORTS, sums, x);
      ShortVector s = ShortVector.fromArray(SHORTS, sums, 1 + x);
      ShortVector right = ShortVector.fromArray(SHORTS, sums, 2 + x);
      ShortVector three = s.add(s).add(s);
      ShortVector even = three.add(left).add((short) evenBias).lanewise(ASHR, shift);
      ShortVector odd = three.add(right).add((short) oddBias).lanewise(ASHR, shift);
      LOWER.selectFrom(even, odd).intoArray(out, 2 * x);
      UPPER.selectFrom(even, odd).intoArray(out, 2 * x + LANES);
    }
  }
}
