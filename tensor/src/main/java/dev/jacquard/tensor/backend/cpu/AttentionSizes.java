package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ROWS;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.WIDTH;

import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;

/// Sizes of one attention call: `B` batch, `T` queries, `S` keys, `H` query heads, `G` key heads,
/// `D` head size, `E` size of a value.
record AttentionSizes(
    int b, int t, int s, int h, int g, int d, int e, float scale, AttentionMask mask) {
  static AttentionSizes of(
      TensorView q, TensorView k, TensorView v, float scale, AttentionMask mask) {
    return new AttentionSizes(
        q.shape().intDim(0),
        q.shape().intDim(1),
        k.shape().intDim(1),
        q.shape().intDim(2),
        k.shape().intDim(2),
        q.shape().intDim(3),
        v.shape().intDim(3),
        scale,
        mask);
  }

  /// Query heads to each key head.
  int headsPerGroup() {
    return h / g;
  }

  /// `D` rounded up to whole vectors.
  int lanes() {
    return roundUp(d, LANES);
  }

  /// `E` rounded up to whole vectors.
  int valueLanes() {
    return roundUp(e, LANES);
  }

  /// `S` rounded up to whole tiles.
  int paddedKeys() {
    return roundUp(s, ROWS);
  }

  /// Blocks of `WIDTH` queries.
  int queryBlocks() {
    return (t + WIDTH - 1) / WIDTH;
  }

  /// The smallest multiple of `unit` that is `>= n`.
  static int roundUp(int n, int unit) {
    return (n + unit - 1) / unit * unit;
  }

  /// A `[B, N, heads, size]` tensor as rows: type, memory and strides in bytes.
  record Rows(DType type, MemorySegment memory, long batchBytes, long rowBytes, long headBytes) {
    static Rows of(TensorView x) {
      long bytes = x.dtype().bytes();
      return new Rows(
          x.dtype(), x.segment(), bytes * x.stride(0), bytes * x.stride(1), bytes * x.stride(2));
    }

    boolean areFloats() {
      return type == DType.F32;
    }

    /// Where a row begins.
    long at(int batch, int row, int head) {
      return batch * batchBytes + row * rowBytes + head * headBytes;
    }

    /// Converts rows that begin at byte `at` to f32.
    ///
    /// @param toRow distance of the converted rows in bytes
    void unpack(long at, int rows, int size, MemorySegment to, long toAt, long toRow) {
      for (int r = 0; r < rows; r++) {
        ConvertLoops.unpack(type, memory, at + r * rowBytes, to, toAt + r * toRow, size);
      }
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
