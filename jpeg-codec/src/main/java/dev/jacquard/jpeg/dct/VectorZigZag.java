package dev.jacquard.jpeg.dct;

import static jdk.incubator.vector.VectorOperators.NE;

import dev.jacquard.jpeg.color.Vectors;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// [ZigZag#sort] with vectors: of 512 bits, where one instruction picks 32 coefficients out of two
/// vectors; with those of 256 bits only the search is by vectors.
final class VectorZigZag {
  // for each row and each set of columns in it, the places in the zig-zag sequence
  private static final long[] PLACES = new long[8 * 256];

  static {
    for (int k = 0; k < 64; k++) {
      int row = ZigZag.natural(k) / 8;
      int column = ZigZag.natural(k) % 8;
      for (int columns = 0; columns < 256; columns++) {
        PLACES[256 * row + columns] |= (columns >> column & 1L) << k;
      }
    }
  }

  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_512;
  // where the coefficients of either half of the sequence are
  private static final ShortVector FIRST = places(0);
  private static final ShortVector LAST = places(32);

  private VectorZigZag() {}

  private static ShortVector places(int from) {
    short[] lanes = new short[32];
    for (int i = 0; i < 32; i++) {
      lanes[i] = (short) ZigZag.natural(from + i);
    }
    return ShortVector.fromArray(HALF, lanes, 0);
  }

  static long sort(short[] values, int at, short[] out) {
    if (Vectors.ARE_WIDE) {
      ShortVector upper = ShortVector.fromArray(HALF, values, at);
      ShortVector lower = ShortVector.fromArray(HALF, values, at + 32);
      ShortVector first = FIRST.selectFrom(upper, lower);
      ShortVector last = LAST.selectFrom(upper, lower);
      first.intoArray(out, 0);
      last.intoArray(out, 32);
      return first.compare(NE, (short) 0).toLong() | last.compare(NE, (short) 0).toLong() << 32;
    }
    long places = nonZero(values, at);
    for (long left = places; left != 0; left &= left - 1) {
      int k = Long.numberOfTrailingZeros(left);
      out[k] = values[at + ZigZag.natural(k)];
    }
    return places;
  }

  private static long nonZero(short[] values, int at) {
    long places = 0;
    for (int i = 0; i < 64; i += 16) {
      int columns = nonZeroOfTwoRows(values, at + i);
      places |= PLACES[32 * i + (columns & 0xFF)] | PLACES[32 * i + 256 + (columns >> 8)];
    }
    return places;
  }

  private static int nonZeroOfTwoRows(short[] values, int at) {
    return (int)
        ShortVector.fromArray(ShortVector.SPECIES_256, values, at).compare(NE, (short) 0).toLong();
  }
}
