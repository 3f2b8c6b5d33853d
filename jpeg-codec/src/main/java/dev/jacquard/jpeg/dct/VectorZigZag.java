package dev.jacquard.jpeg.dct;

import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.ShortVector;

/// [ZigZag#nonZero] with vectors.
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

  private VectorZigZag() {}

  static long nonZero(short[] values, int at) {
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
