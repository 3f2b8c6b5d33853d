package dev.jacquard.jpeg.dct;

import dev.jacquard.jpeg.color.Vectors;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Groups of blocks that are transformed together: as many side by side as one row of each fills a
/// vector of 32-bit lanes, one at 256 bits, two at 512.
///
/// A group's values have 16 bits and lie row by row: the first row of each block, then the second
/// row of each, and so on.
final class BlockGroups {
  private static final boolean IS_WIDE = Vectors.ARE_WIDE;

  /// One row of a group in 32-bit lanes.
  static final VectorSpecies<Integer> INTS =
      IS_WIDE ? IntVector.SPECIES_512 : IntVector.SPECIES_256;

  /// One row of a group.
  static final VectorSpecies<Short> ROW =
      IS_WIDE ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;

  /// Two rows of a group.
  static final VectorSpecies<Short> TWO_ROWS =
      IS_WIDE ? ShortVector.SPECIES_512 : ShortVector.SPECIES_256;

  /// Values in a row of a group.
  static final int WIDTH = ROW.length();

  /// Blocks in a group.
  static final int BLOCKS = WIDTH / 8;

  /// Values in a group.
  static final int SIZE = 8 * WIDTH;

  // which lanes of two vectors make up a vector: of a transposed group, first of its upper or lower
  // half of rows the left or right half of columns, then two rows
  private static final ShortVector UPPER = halfOfRows(0);
  private static final ShortVector LOWER = halfOfRows(4);
  private static final ShortVector FIRST_TWO = rowsOfHalves(0);
  private static final ShortVector LAST_TWO = rowsOfHalves(2);

  // two rows of two blocks out of four rows of each, and back
  private static final ShortVector FRONT = frontOrBack(0);
  private static final ShortVector BACK = frontOrBack(2);
  private static final ShortVector FIRST_BLOCK = block(0);
  private static final ShortVector SECOND_BLOCK = block(1);

  private BlockGroups() {}

  /// Rows `from..from + 3` of what is transposed, four columns of each, from four rows.
  private static ShortVector halfOfRows(int from) {
    short[] lanes = new short[2 * WIDTH];
    for (int i = 0; i < lanes.length; i++) {
      int row = from + i / (4 * BLOCKS);
      int block = i / 4 % BLOCKS;
      lanes[i] = (short) (i % 4 * WIDTH + 8 * block + row);
    }
    return ShortVector.fromArray(TWO_ROWS, lanes, 0);
  }

  /// Rows `from` and `from + 1` of four of which one vector has the left, one the right half.
  private static ShortVector rowsOfHalves(int from) {
    short[] lanes = new short[2 * WIDTH];
    for (int i = 0; i < lanes.length; i++) {
      int row = from + i / WIDTH;
      int block = i % WIDTH / 8;
      int half = i % 8 / 4;
      lanes[i] = (short) (half * 2 * WIDTH + 4 * BLOCKS * row + 4 * block + i % 4);
    }
    return ShortVector.fromArray(TWO_ROWS, lanes, 0);
  }

  /// Rows `from` and `from + 1` of the four that each of two vectors has of its block.
  private static ShortVector frontOrBack(int from) {
    short[] lanes = new short[2 * WIDTH];
    for (int i = 0; i < lanes.length; i++) {
      int row = from + i / WIDTH;
      int block = i % WIDTH / 8;
      lanes[i] = (short) (block * 2 * WIDTH + 8 * row + i % 8);
    }
    return ShortVector.fromArray(TWO_ROWS, lanes, 0);
  }

  /// Four rows of a block out of two vectors with two rows of two blocks each.
  private static ShortVector block(int block) {
    short[] lanes = new short[2 * WIDTH];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (short) (i / 8 * WIDTH + 8 * block + i % 8);
    }
    return ShortVector.fromArray(TWO_ROWS, lanes, 0);
  }

  private static ShortVector load(short[] values, int at) {
    return ShortVector.fromArray(TWO_ROWS, values, at);
  }

  /// Exchanges rows and columns of each block.
  ///
  /// @param groups how many there are in `work`
  static void transpose(short[] work, int groups) {
    for (int at = 0; at < groups * SIZE; at += SIZE) {
      ShortVector a = load(work, at);
      ShortVector b = load(work, at + 2 * WIDTH);
      ShortVector c = load(work, at + 4 * WIDTH);
      ShortVector d = load(work, at + 6 * WIDTH);
      ShortVector left = UPPER.selectFrom(a, b);
      ShortVector right = UPPER.selectFrom(c, d);
      FIRST_TWO.selectFrom(left, right).intoArray(work, at);
      LAST_TWO.selectFrom(left, right).intoArray(work, at + 2 * WIDTH);
      left = LOWER.selectFrom(a, b);
      right = LOWER.selectFrom(c, d);
      FIRST_TWO.selectFrom(left, right).intoArray(work, at + 4 * WIDTH);
      LAST_TWO.selectFrom(left, right).intoArray(work, at + 6 * WIDTH);
    }
  }

  /// Multiplies the coefficients of blocks by their steps.
  ///
  /// @param from index of the first block of a row
  /// @param columns of the blocks in that row, as many as the groups have
  /// @param groups how many
  /// @param work receives them
  static void gather(
      short[] coefficients, int from, int[] columns, int groups, short[] steps, short[] work) {
    for (int i = 0; i < groups; i++) {
      int first = from + 64 * columns[i * BLOCKS];
      int last = from + 64 * columns[i * BLOCKS + BLOCKS - 1];
      for (int half = 0; half < 64; half += 2 * WIDTH) {
        ShortVector step = load(steps, half);
        ShortVector a = load(coefficients, first + half).mul(step);
        if (BLOCKS == 1) {
          a.intoArray(work, i * SIZE + half);
        } else {
          ShortVector b = load(coefficients, last + half).mul(step);
          FRONT.selectFrom(a, b).intoArray(work, i * SIZE + 2 * half);
          BACK.selectFrom(a, b).intoArray(work, i * SIZE + 2 * half + 2 * WIDTH);
        }
      }
    }
  }

  /// Puts the blocks of groups one behind the other.
  ///
  /// @param at index in `work` of the group
  /// @param to index in `out` of its first block
  static void scatter(short[] work, int at, short[] out, int to) {
    if (BLOCKS == 1) {
      System.arraycopy(work, at, out, to, 64);
      return;
    }
    for (int half = 0; half < 64; half += 2 * WIDTH) {
      ShortVector a = load(work, at + 2 * half);
      ShortVector b = load(work, at + 2 * half + 2 * WIDTH);
      FIRST_BLOCK.selectFrom(a, b).intoArray(out, to + half);
      SECOND_BLOCK.selectFrom(a, b).intoArray(out, to + 64 + half);
    }
  }
}
