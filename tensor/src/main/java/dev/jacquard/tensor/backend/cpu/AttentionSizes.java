package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ROWS;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.WIDTH;

import dev.jacquard.tensor.backend.TensorView;
import java.lang.foreign.MemorySegment;

/// Sizes of one attention call: `B` batch, `T` queries, `S` keys, `H` query heads, `G` key heads,
/// `D` head size.
record AttentionSizes(int b, int t, int s, int h, int g, int d, float scale, boolean causal) {
  static AttentionSizes of(TensorView q, TensorView k, float scale, boolean causal) {
    return new AttentionSizes(
        q.shape().intDim(0),
        q.shape().intDim(1),
        k.shape().intDim(1),
        q.shape().intDim(2),
        k.shape().intDim(2),
        q.shape().intDim(3),
        scale,
        causal);
  }

  /// Query heads to each key head.
  int headsPerGroup() {
    return h / g;
  }

  /// `D` rounded up to whole vectors.
  int lanes() {
    return roundUp(d, LANES);
  }

  /// `S` rounded up to whole tiles.
  int paddedKeys() {
    return roundUp(s, ROWS);
  }

  /// Blocks of `WIDTH` queries.
  int queryBlocks() {
    return (t + WIDTH - 1) / WIDTH;
  }

  /// Position of query 0 among the keys.
  int offset() {
    return s - t;
  }

  /// How many keys the queries before `end` see together.
  int keysSeen(int end) {
    return causal ? Math.clamp(offset() + (long) end, 0, s) : s;
  }

  /// The smallest multiple of `unit` that is `>= n`.
  static int roundUp(int n, int unit) {
    return (n + unit - 1) / unit * unit;
  }

  /// A `[B, N, heads, D]` tensor as rows: memory and strides in bytes.
  record Rows(MemorySegment memory, long batchBytes, long rowBytes, long headBytes) {
    static Rows of(TensorView x) {
      return new Rows(x.segment(), 4 * x.stride(0), 4 * x.stride(1), 4 * x.stride(2));
    }

    /// Where a row begins.
    long at(int batch, int row, int head) {
      return batch * batchBytes + row * rowBytes + head * headBytes;
    }
  }

  /// Lays out regions of scratch memory, each aligned to a cache line.
  static final class Layout {
    private long bytes;

    /// Adds a region.
    ///
    /// @return its offset in bytes
    long floats(long n) {
      long at = bytes;
      bytes += (4 * n + 63) & -64L;
      return at;
    }

    long bytes() {
      return bytes;
    }
  }
}
