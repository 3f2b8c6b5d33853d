package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ORDER;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ROWS;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.SPECIES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.WIDTH;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// The mask's share in the scores of a block of queries: tiles of 8 keys times `WIDTH` queries, one
/// query to a lane.
///
/// What each query sees lies in scratch memory as two rows of `WIDTH` floats, its first key and the
/// one after its last (whole numbers, exact below `2²⁴`). Only tiles at the edge of what a block
/// sees are compared with them.
final class AttentionScores {
  /// Size of the two rows in floats.
  static final int FLOATS = 2 * WIDTH;

  private static final double LN2 = Math.log(2);

  private final AttentionMask mask;
  private final MemorySegment biasMemory;
  private final int t0;
  private final int queries;
  private final int first; // keys that some query sees lie in [first, end)
  private final int end;
  private final int open; // and all see those in [open, closed)
  private final int closed;

  /// What each block of `WIDTH` queries sees; the same for all heads.
  static AttentionScores[] blocks(AttentionSizes z) {
    AttentionScores[] blocks = new AttentionScores[z.queryBlocks()];
    for (int i = 0; i < blocks.length; i++) {
      int t0 = i * WIDTH;
      blocks[i] = new AttentionScores(z.mask(), t0, Math.min(WIDTH, z.t() - t0));
    }
    return blocks;
  }

  /// Queries `t0 .. t0 + queries - 1`.
  private AttentionScores(AttentionMask mask, int t0, int queries) {
    this.mask = mask;
    TensorView bias = mask.bias();
    this.biasMemory = bias == null ? MemorySegment.NULL : bias.segment();
    this.t0 = t0;
    this.queries = queries;
    int lowest = mask.keys();
    int highest = 0;
    int lastStart = 0;
    int firstEnd = mask.keys();
    for (int t = t0; t < t0 + queries; t++) {
      lowest = Math.min(lowest, mask.from(t));
      highest = Math.max(highest, mask.to(t));
      lastStart = Math.max(lastStart, mask.from(t));
      firstEnd = Math.min(firstEnd, mask.to(t));
    }
    end = highest;
    first = Math.min(lowest, end) / ROWS * ROWS;
    open = lastStart;
    closed = firstEnd;
  }

  /// A key from which on some query sees keys, at the start of a tile.
  int first() {
    return first;
  }

  /// One more than the last key that a query sees; not below [#first()].
  int end() {
    return end;
  }

  /// One more than the last key that queries `i .. i + ROWS - 1` of the block see.
  int end(int i) {
    int last = 0;
    for (int t = t0 + i; t < t0 + Math.min(queries, i + ROWS); t++) {
      last = Math.max(last, mask.to(t));
    }
    return last;
  }

  /// The first query of the block that sees a key from `s` on; the number of queries if none does.
  int firstQuery(int s) {
    int i = 0;
    while (i < queries && mask.to(t0 + i) <= s) {
      i++;
    }
    return i;
  }

  /// Writes the rows that [#hide] compares with; lanes without a query see what the last one sees.
  void write(MemorySegment m, long at) {
    for (int i = 0; i < WIDTH; i++) {
      int t = t0 + Math.min(i, queries - 1);
      m.set(JAVA_FLOAT, at + 4L * i, mask.from(t));
      m.set(JAVA_FLOAT, at + 4L * (WIDTH + i), mask.to(t));
    }
  }

  /// Adds the bias to a tile of scores in units of `ln 2`, and `-∞` where a query does not see a
  /// key.
  ///
  /// @param s the tile's first key
  /// @param at rows as [#write] left them
  void apply(MemorySegment m, long tile, int s, long at, int batch, int head) {
    TensorView bias = mask.bias();
    if (bias != null) {
      long from = 4 * (batch * bias.stride(0) + head * bias.stride(1) + t0 * bias.stride(2));
      long step = 4 * bias.stride(3);
      for (int r = 0; r < Math.min(ROWS, mask.keys() - s); r++) {
        long row = tile + r * AttentionSoftmax.ROW;
        addBias(biasMemory, from + (s + r) * step, 4 * bias.stride(2), m, row, queries);
      }
    }
    if (s < open || s + ROWS > closed) {
      hide(m, tile, s, at);
      hide(m, tile + 4L * LANES, s, at + 4L * LANES);
    }
  }

  private static void addBias(
      MemorySegment bias, long from, long step, MemorySegment m, long to, int n) {
    float unit = (float) (1 / LN2);
    for (int i = 0; i < n; i++) {
      float score = m.get(JAVA_FLOAT, to + 4L * i);
      m.set(JAVA_FLOAT, to + 4L * i, Math.fma(unit, bias.get(JAVA_FLOAT, from + step * i), score));
    }
  }

  private static void hide(MemorySegment m, long tile, int s, long at) {
    FloatVector from = FloatVector.fromMemorySegment(SPECIES, m, at, ORDER);
    FloatVector to = FloatVector.fromMemorySegment(SPECIES, m, at + 4L * WIDTH, ORDER);
    for (int r = 0; r < ROWS; r++) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, m, tile, ORDER);
      float key = s + r;
      x.blend(Float.NEGATIVE_INFINITY, from.compare(GT, key).or(to.compare(LE, key)))
          .intoMemorySegment(m, tile, ORDER);
      tile += AttentionSoftmax.ROW;
    }
  }
}
