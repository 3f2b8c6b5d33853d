package dev.jacquard.jmh.ladder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Rung 3 of the matrix product: the tile of rung 2, its columns now vectors.
///
/// A tile is 4 rows by 2 vectors. What it gains: a vector holds 16 numbers (at 512 bits), so an
/// instruction does 16 multiply-adds where it did one. A step of `k` loads 2 vectors of `B` and
/// copies each of 4 numbers of `A` to all places of a vector.
///
/// The engine's kernel is the same with 4 vectors, and blocks of `k`, so that panels fit the cache.
final class GemmVector {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = FLOATS.length();
  private static final int ROWS = 4;

  /// Columns of a panel.
  static final int COLUMNS = 2 * LANES;

  private GemmVector() {}

  /// As [GemmNaive#multiply].
  ///
  /// @param panel memory for `n · COLUMNS` numbers
  static void multiply(
      MemorySegment a, MemorySegment b, MemorySegment c, int n, MemorySegment panel) {
    for (int j = 0; j < n; j += COLUMNS) {
      columns(a, b, c, n, j, panel);
    }
  }

  /// Computes the columns of `C` from `j` on that one panel covers.
  static void columns(
      MemorySegment a, MemorySegment b, MemorySegment c, int n, int j, MemorySegment panel) {
    VectorMask<Float> left = FLOATS.indexInRange(j, n); // the last panel may leave the matrix
    VectorMask<Float> right = FLOATS.indexInRange(j + LANES, n);
    for (int k = 0; k < n; k++) {
      long at = 4L * (k * n + j);
      long to = 4L * k * COLUMNS;
      load(b, at, left).intoMemorySegment(panel, to, ORDER);
      load(b, at + 4L * LANES, right).intoMemorySegment(panel, to + 4L * LANES, ORDER);
    }
    for (int i = 0; i < n; i += ROWS) {
      tile(a, panel, c, n, i, j, left, right);
    }
  }

  private static FloatVector load(MemorySegment from, long at, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(FLOATS, from, at, ORDER, mask);
  }

  /// Beyond the last row of `A` a tile computes the last row again.
  private static void tile(
      MemorySegment a,
      MemorySegment panel,
      MemorySegment c,
      int n,
      int i,
      int j,
      VectorMask<Float> left,
      VectorMask<Float> right) {
    int i1 = Math.min(i + 1, n - 1);
    int i2 = Math.min(i + 2, n - 1);
    int i3 = Math.min(i + 3, n - 1);
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    for (int k = 0; k < n; k++) {
      long bo = 4L * k * COLUMNS;
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, panel, bo, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, panel, bo + 4L * LANES, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(JAVA_FLOAT, 4L * (i * n + k)));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(JAVA_FLOAT, 4L * (i1 * n + k)));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(JAVA_FLOAT, 4L * (i2 * n + k)));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(JAVA_FLOAT, 4L * (i3 * n + k)));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    store(c00, c01, c, 4L * (i * n + j), left, right);
    store(c10, c11, c, 4L * (i1 * n + j), left, right);
    store(c20, c21, c, 4L * (i2 * n + j), left, right);
    store(c30, c31, c, 4L * (i3 * n + j), left, right);
  }

  private static void store(
      FloatVector first,
      FloatVector second,
      MemorySegment c,
      long at,
      VectorMask<Float> left,
      VectorMask<Float> right) {
    first.intoMemorySegment(c, at, ORDER, left);
    second.intoMemorySegment(c, at + 4L * LANES, ORDER, right);
  }
}
