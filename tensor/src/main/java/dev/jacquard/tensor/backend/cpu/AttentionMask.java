package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ORDER;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ROWS;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.SPECIES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// A band of 0 and `-∞` in scratch memory, added to the score tiles that it concerns.
///
/// Row `i` of the band, `-7 <= i <= WIDTH + 6`, holds 0 in the lanes `>= i` and `-∞` below, which
/// is the causal mask of the key that stands `i` places after the block's first query. Then come 8
/// rows of 0 and 8 of `-∞` for the keys beyond the last.
final class AttentionMask {
  private static final int FIRST = 1 - ROWS;
  private static final int BAND = WIDTH + 2 * ROWS - 2;
  static final long ROW_BYTES = 4L * WIDTH;

  /// Size of the band in floats.
  static final int FLOATS = (BAND + 2 * ROWS) * WIDTH;

  private AttentionMask() {}

  /// Writes the band.
  static void write(MemorySegment m, long at) {
    FloatVector lane = FloatVector.zero(SPECIES).addIndex(1);
    for (int i = 0; i < BAND + 2 * ROWS; i++) {
      int hidden = i < BAND ? FIRST + i : i < BAND + ROWS ? 0 : WIDTH; // lanes below are hidden
      writeVector(m, at + i * ROW_BYTES, lane, hidden);
      writeVector(m, at + i * ROW_BYTES + 4L * LANES, lane, hidden - LANES);
    }
  }

  private static void writeVector(MemorySegment m, long at, FloatVector lane, int hidden) {
    FloatVector.zero(SPECIES)
        .blend(Float.NEGATIVE_INFINITY, lane.lt(hidden))
        .intoMemorySegment(m, at, ORDER);
  }

  /// Whether a tile of keys `s .. s + 7` holds one that a query at position `p` or later does not
  /// see.
  static boolean concerns(AttentionSizes z, int s, int p) {
    return z.causal() ? s + ROWS - 1 > p : s + ROWS > z.s();
  }

  /// Offset in the band for such a tile.
  static long at(AttentionSizes z, int s, int p) {
    return z.causal() ? causal(s, p) : full(s, z.s());
  }

  /// Offset in the band for the tile of keys `s .. s + 7` and queries from position `p`.
  private static long causal(int s, int p) {
    return (Math.clamp((long) s - p, FIRST, WIDTH - 1) - FIRST) * ROW_BYTES;
  }

  /// Offset in the band for the tile of keys `s .. s + 7` of `n`, all queries alike.
  private static long full(int s, int n) {
    return (BAND + ROWS - Math.min(ROWS, n - s)) * ROW_BYTES;
  }
}
