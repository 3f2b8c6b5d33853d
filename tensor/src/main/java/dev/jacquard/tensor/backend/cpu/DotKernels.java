package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// Scalar products of rows of `A` and columns of `B` where both are contiguous along `k`: as many
/// at once as a vector has lanes, so that their sums over the lanes end in one vector.
final class DotKernels {
  /* The sum over the lanes is a fixed tree made of blends and exchanges, for reduceLanes adds in another order before and
   * after compilation. It needs 4 operations for two accumulators where each alone would need 8. */

  private static final long BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final VectorShuffle<Float> HALF = exchange(LANES / 2);
  private static final VectorShuffle<Float> QUARTER = exchange(LANES / 4);
  private static final VectorShuffle<Float> TWO = exchange(2);
  private static final VectorShuffle<Float> ONE = exchange(1);
  private static final VectorMask<Float> HALF_UPPER = upper(LANES / 2);
  private static final VectorMask<Float> QUARTER_UPPER = upper(LANES / 4);
  private static final VectorMask<Float> TWO_UPPER = upper(2);
  private static final VectorMask<Float> ONE_UPPER = upper(1);

  /// Bytes of scratch memory.
  static final long SUMS_BYTES = BYTES * LANES;

  private DotKernels() {}

  /// `sums[r · columns + j] = Σ_k a[r, k] · b[k, j]` for `rows · columns` = number of lanes.
  ///
  /// @param rows 1, 2 or 4, at most a quarter of the lanes
  /// @param a holds row `r` at byte `ao + r · aRow`
  /// @param b holds column `j` at byte `bo + j · bColumn`
  /// @param k length of rows and columns
  /// @param sums [#SUMS_BYTES] from byte `to`; the result is its first vector
  static void dots(
      int rows,
      MemorySegment a,
      long ao,
      long aRow,
      MemorySegment b,
      long bo,
      long bColumn,
      int k,
      MemorySegment sums,
      long to) {
    int whole = k / LANES * LANES;
    switch (LANES) {
      case 16 -> {
        switch (rows) {
          case 4 -> dots4x4(a, ao, aRow, b, bo, bColumn, whole, sums, to);
          case 2 -> dots2x8(a, ao, aRow, b, bo, bColumn, whole, sums, to);
          default -> dots1x16(a, ao, b, bo, bColumn, whole, sums, to);
        }
      }
      case 8 -> {
        if (rows == 2) {
          dots2x4(a, ao, aRow, b, bo, bColumn, whole, sums, to);
        } else {
          dots1x8(a, ao, b, bo, bColumn, whole, sums, to);
        }
      }
      default -> dots1x4(a, ao, b, bo, bColumn, whole, sums, to);
    }
    if (whole < k) {
      long done = 4L * whole;
      VectorMask<Float> mask = FLOATS.indexInRange(whole, k);
      int columns = LANES / rows;
      for (int r = 0; r < rows; r++) {
        addTail(
            a,
            ao + r * aRow + done,
            b,
            bo + done,
            bColumn,
            columns,
            mask,
            sums,
            to + BYTES * r * columns);
      }
    }
    fold(sums, to);
  }

  /// Turns as many vectors as a vector has lanes into one, whose lane `i` is the sum over the lanes
  /// of vector `i`.
  static void fold(MemorySegment sums, long to) {
    if (LANES == 16) {
      foldFour(sums, to, 4, HALF, HALF_UPPER, QUARTER, QUARTER_UPPER);
      foldFour(sums, to, 1, TWO, TWO_UPPER, ONE, ONE_UPPER);
    } else if (LANES == 8) {
      foldFour(sums, to, 2, HALF, HALF_UPPER, QUARTER, QUARTER_UPPER);
      foldTwo(sums, to, ONE, ONE_UPPER);
    } else {
      foldFour(sums, to, 1, HALF, HALF_UPPER, QUARTER, QUARTER_UPPER);
    }
  }

  private static void addTail(
      MemorySegment a,
      long ao,
      MemorySegment b,
      long bo,
      long bColumn,
      int columns,
      VectorMask<Float> mask,
      MemorySegment sums,
      long to) {
    FloatVector x = FloatVector.fromMemorySegment(FLOATS, a, ao, ORDER, mask);
    for (int j = 0; j < columns; j++) {
      FloatVector y = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER, mask);
      FloatVector sum = FloatVector.fromMemorySegment(FLOATS, sums, to, ORDER);
      x.fma(y, sum).intoMemorySegment(sums, to, ORDER);
      bo += bColumn;
      to += BYTES;
    }
  }

  /// Turns `4 · count` vectors into `count` by two levels of the tree.
  private static void foldFour(
      MemorySegment sums,
      long to,
      int count,
      VectorShuffle<Float> exchange,
      VectorMask<Float> upper,
      VectorShuffle<Float> exchange2,
      VectorMask<Float> upper2) {
    long step = count * BYTES;
    for (int i = 0; i < count; i++) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, sums, to, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, sums, to + step, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, sums, to + 2 * step, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, sums, to + 3 * step, ORDER);
      FloatVector y0 = x0.blend(x2, upper).add(x2.blend(x0, upper).rearrange(exchange));
      FloatVector y1 = x1.blend(x3, upper).add(x3.blend(x1, upper).rearrange(exchange));
      y0.blend(y1, upper2)
          .add(y1.blend(y0, upper2).rearrange(exchange2))
          .intoMemorySegment(sums, to, ORDER);
      to += BYTES;
    }
  }

  /// Turns two vectors into one by one level of the tree: lane by lane the sum of two lanes, of the
  /// first vector in the lower and of the second in the upper lanes.
  private static void foldTwo(
      MemorySegment sums, long to, VectorShuffle<Float> exchange, VectorMask<Float> upper) {
    FloatVector x = FloatVector.fromMemorySegment(FLOATS, sums, to, ORDER);
    FloatVector y = FloatVector.fromMemorySegment(FLOATS, sums, to + BYTES, ORDER);
    x.blend(y, upper).add(y.blend(x, upper).rearrange(exchange)).intoMemorySegment(sums, to, ORDER);
  }

  /// Lanes `i` and `i ^ h` exchanged.
  private static VectorShuffle<Float> exchange(int h) {
    return VectorShuffle.fromOp(FLOATS, i -> i ^ h);
  }

  /// Lanes `i` with `i & h` set.
  private static VectorMask<Float> upper(int h) {
    boolean[] lanes = new boolean[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = (i & h) != 0;
    }
    return VectorMask.fromValues(FLOATS, lanes);
  }

  private static void dots4x4(
      MemorySegment a,
      long ao,
      long aRow,
      MemorySegment b,
      long bo,
      long bColumn,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c13 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c22 = zero;
    FloatVector c23 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c32 = zero;
    FloatVector c33 = zero;
    for (int i = 0; i < k; i += LANES) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, a, ao, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, a, ao + aRow, ORDER);
      FloatVector a2 = FloatVector.fromMemorySegment(FLOATS, a, ao + 2 * aRow, ORDER);
      FloatVector a3 = FloatVector.fromMemorySegment(FLOATS, a, ao + 3 * aRow, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      c00 = a0.fma(b0, c00);
      c10 = a1.fma(b0, c10);
      c20 = a2.fma(b0, c20);
      c30 = a3.fma(b0, c30);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + bColumn, ORDER);
      c01 = a0.fma(b1, c01);
      c11 = a1.fma(b1, c11);
      c21 = a2.fma(b1, c21);
      c31 = a3.fma(b1, c31);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * bColumn, ORDER);
      c02 = a0.fma(b2, c02);
      c12 = a1.fma(b2, c12);
      c22 = a2.fma(b2, c22);
      c32 = a3.fma(b2, c32);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * bColumn, ORDER);
      c03 = a0.fma(b3, c03);
      c13 = a1.fma(b3, c13);
      c23 = a2.fma(b3, c23);
      c33 = a3.fma(b3, c33);
      ao += BYTES;
      bo += BYTES;
    }
    c00.intoMemorySegment(sums, to, ORDER);
    c01.intoMemorySegment(sums, to + BYTES, ORDER);
    c02.intoMemorySegment(sums, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(sums, to + 3 * BYTES, ORDER);
    c10.intoMemorySegment(sums, to + 4 * BYTES, ORDER);
    c11.intoMemorySegment(sums, to + 5 * BYTES, ORDER);
    c12.intoMemorySegment(sums, to + 6 * BYTES, ORDER);
    c13.intoMemorySegment(sums, to + 7 * BYTES, ORDER);
    c20.intoMemorySegment(sums, to + 8 * BYTES, ORDER);
    c21.intoMemorySegment(sums, to + 9 * BYTES, ORDER);
    c22.intoMemorySegment(sums, to + 10 * BYTES, ORDER);
    c23.intoMemorySegment(sums, to + 11 * BYTES, ORDER);
    c30.intoMemorySegment(sums, to + 12 * BYTES, ORDER);
    c31.intoMemorySegment(sums, to + 13 * BYTES, ORDER);
    c32.intoMemorySegment(sums, to + 14 * BYTES, ORDER);
    c33.intoMemorySegment(sums, to + 15 * BYTES, ORDER);
  }

  private static void dots2x8(
      MemorySegment a,
      long ao,
      long aRow,
      MemorySegment b,
      long bo,
      long bColumn,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c04 = zero;
    FloatVector c05 = zero;
    FloatVector c06 = zero;
    FloatVector c07 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c13 = zero;
    FloatVector c14 = zero;
    FloatVector c15 = zero;
    FloatVector c16 = zero;
    FloatVector c17 = zero;
    for (int i = 0; i < k; i += LANES) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, a, ao, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, a, ao + aRow, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      c00 = a0.fma(b0, c00);
      c10 = a1.fma(b0, c10);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + bColumn, ORDER);
      c01 = a0.fma(b1, c01);
      c11 = a1.fma(b1, c11);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * bColumn, ORDER);
      c02 = a0.fma(b2, c02);
      c12 = a1.fma(b2, c12);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * bColumn, ORDER);
      c03 = a0.fma(b3, c03);
      c13 = a1.fma(b3, c13);
      FloatVector b4 = FloatVector.fromMemorySegment(FLOATS, b, bo + 4 * bColumn, ORDER);
      c04 = a0.fma(b4, c04);
      c14 = a1.fma(b4, c14);
      FloatVector b5 = FloatVector.fromMemorySegment(FLOATS, b, bo + 5 * bColumn, ORDER);
      c05 = a0.fma(b5, c05);
      c15 = a1.fma(b5, c15);
      FloatVector b6 = FloatVector.fromMemorySegment(FLOATS, b, bo + 6 * bColumn, ORDER);
      c06 = a0.fma(b6, c06);
      c16 = a1.fma(b6, c16);
      FloatVector b7 = FloatVector.fromMemorySegment(FLOATS, b, bo + 7 * bColumn, ORDER);
      c07 = a0.fma(b7, c07);
      c17 = a1.fma(b7, c17);
      ao += BYTES;
      bo += BYTES;
    }
    c00.intoMemorySegment(sums, to, ORDER);
    c01.intoMemorySegment(sums, to + BYTES, ORDER);
    c02.intoMemorySegment(sums, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(sums, to + 3 * BYTES, ORDER);
    c04.intoMemorySegment(sums, to + 4 * BYTES, ORDER);
    c05.intoMemorySegment(sums, to + 5 * BYTES, ORDER);
    c06.intoMemorySegment(sums, to + 6 * BYTES, ORDER);
    c07.intoMemorySegment(sums, to + 7 * BYTES, ORDER);
    c10.intoMemorySegment(sums, to + 8 * BYTES, ORDER);
    c11.intoMemorySegment(sums, to + 9 * BYTES, ORDER);
    c12.intoMemorySegment(sums, to + 10 * BYTES, ORDER);
    c13.intoMemorySegment(sums, to + 11 * BYTES, ORDER);
    c14.intoMemorySegment(sums, to + 12 * BYTES, ORDER);
    c15.intoMemorySegment(sums, to + 13 * BYTES, ORDER);
    c16.intoMemorySegment(sums, to + 14 * BYTES, ORDER);
    c17.intoMemorySegment(sums, to + 15 * BYTES, ORDER);
  }

  private static void dots1x16(
      MemorySegment a,
      long ao,
      MemorySegment b,
      long bo,
      long bColumn,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c04 = zero;
    FloatVector c05 = zero;
    FloatVector c06 = zero;
    FloatVector c07 = zero;
    FloatVector c08 = zero;
    FloatVector c09 = zero;
    FloatVector c0a = zero;
    FloatVector c0b = zero;
    FloatVector c0c = zero;
    FloatVector c0d = zero;
    FloatVector c0e = zero;
    FloatVector c0f = zero;
    for (int i = 0; i < k; i += LANES) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, a, ao, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      c00 = a0.fma(b0, c00);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + bColumn, ORDER);
      c01 = a0.fma(b1, c01);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * bColumn, ORDER);
      c02 = a0.fma(b2, c02);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * bColumn, ORDER);
      c03 = a0.fma(b3, c03);
      FloatVector b4 = FloatVector.fromMemorySegment(FLOATS, b, bo + 4 * bColumn, ORDER);
      c04 = a0.fma(b4, c04);
      FloatVector b5 = FloatVector.fromMemorySegment(FLOATS, b, bo + 5 * bColumn, ORDER);
      c05 = a0.fma(b5, c05);
      FloatVector b6 = FloatVector.fromMemorySegment(FLOATS, b, bo + 6 * bColumn, ORDER);
      c06 = a0.fma(b6, c06);
      FloatVector b7 = FloatVector.fromMemorySegment(FLOATS, b, bo + 7 * bColumn, ORDER);
      c07 = a0.fma(b7, c07);
      FloatVector b8 = FloatVector.fromMemorySegment(FLOATS, b, bo + 8 * bColumn, ORDER);
      c08 = a0.fma(b8, c08);
      FloatVector b9 = FloatVector.fromMemorySegment(FLOATS, b, bo + 9 * bColumn, ORDER);
      c09 = a0.fma(b9, c09);
      FloatVector ba = FloatVector.fromMemorySegment(FLOATS, b, bo + 10 * bColumn, ORDER);
      c0a = a0.fma(ba, c0a);
      FloatVector bb = FloatVector.fromMemorySegment(FLOATS, b, bo + 11 * bColumn, ORDER);
      c0b = a0.fma(bb, c0b);
      FloatVector bc = FloatVector.fromMemorySegment(FLOATS, b, bo + 12 * bColumn, ORDER);
      c0c = a0.fma(bc, c0c);
      FloatVector bd = FloatVector.fromMemorySegment(FLOATS, b, bo + 13 * bColumn, ORDER);
      c0d = a0.fma(bd, c0d);
      FloatVector be = FloatVector.fromMemorySegment(FLOATS, b, bo + 14 * bColumn, ORDER);
      c0e = a0.fma(be, c0e);
      FloatVector bf = FloatVector.fromMemorySegment(FLOATS, b, bo + 15 * bColumn, ORDER);
      c0f = a0.fma(bf, c0f);
      ao += BYTES;
      bo += BYTES;
    }
    c00.intoMemorySegment(sums, to, ORDER);
    c01.intoMemorySegment(sums, to + BYTES, ORDER);
    c02.intoMemorySegment(sums, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(sums, to + 3 * BYTES, ORDER);
    c04.intoMemorySegment(sums, to + 4 * BYTES, ORDER);
    c05.intoMemorySegment(sums, to + 5 * BYTES, ORDER);
    c06.intoMemorySegment(sums, to + 6 * BYTES, ORDER);
    c07.intoMemorySegment(sums, to + 7 * BYTES, ORDER);
    c08.intoMemorySegment(sums, to + 8 * BYTES, ORDER);
    c09.intoMemorySegment(sums, to + 9 * BYTES, ORDER);
    c0a.intoMemorySegment(sums, to + 10 * BYTES, ORDER);
    c0b.intoMemorySegment(sums, to + 11 * BYTES, ORDER);
    c0c.intoMemorySegment(sums, to + 12 * BYTES, ORDER);
    c0d.intoMemorySegment(sums, to + 13 * BYTES, ORDER);
    c0e.intoMemorySegment(sums, to + 14 * BYTES, ORDER);
    c0f.intoMemorySegment(sums, to + 15 * BYTES, ORDER);
  }

  private static void dots2x4(
      MemorySegment a,
      long ao,
      long aRow,
      MemorySegment b,
      long bo,
      long bColumn,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c13 = zero;
    for (int i = 0; i < k; i += LANES) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, a, ao, ORDER);
      FloatVector a1 = FloatVector.fromMemorySegment(FLOATS, a, ao + aRow, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      c00 = a0.fma(b0, c00);
      c10 = a1.fma(b0, c10);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + bColumn, ORDER);
      c01 = a0.fma(b1, c01);
      c11 = a1.fma(b1, c11);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * bColumn, ORDER);
      c02 = a0.fma(b2, c02);
      c12 = a1.fma(b2, c12);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * bColumn, ORDER);
      c03 = a0.fma(b3, c03);
      c13 = a1.fma(b3, c13);
      ao += BYTES;
      bo += BYTES;
    }
    c00.intoMemorySegment(sums, to, ORDER);
    c01.intoMemorySegment(sums, to + BYTES, ORDER);
    c02.intoMemorySegment(sums, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(sums, to + 3 * BYTES, ORDER);
    c10.intoMemorySegment(sums, to + 4 * BYTES, ORDER);
    c11.intoMemorySegment(sums, to + 5 * BYTES, ORDER);
    c12.intoMemorySegment(sums, to + 6 * BYTES, ORDER);
    c13.intoMemorySegment(sums, to + 7 * BYTES, ORDER);
  }

  private static void dots1x8(
      MemorySegment a,
      long ao,
      MemorySegment b,
      long bo,
      long bColumn,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    FloatVector c04 = zero;
    FloatVector c05 = zero;
    FloatVector c06 = zero;
    FloatVector c07 = zero;
    for (int i = 0; i < k; i += LANES) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, a, ao, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      c00 = a0.fma(b0, c00);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + bColumn, ORDER);
      c01 = a0.fma(b1, c01);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * bColumn, ORDER);
      c02 = a0.fma(b2, c02);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * bColumn, ORDER);
      c03 = a0.fma(b3, c03);
      FloatVector b4 = FloatVector.fromMemorySegment(FLOATS, b, bo + 4 * bColumn, ORDER);
      c04 = a0.fma(b4, c04);
      FloatVector b5 = FloatVector.fromMemorySegment(FLOATS, b, bo + 5 * bColumn, ORDER);
      c05 = a0.fma(b5, c05);
      FloatVector b6 = FloatVector.fromMemorySegment(FLOATS, b, bo + 6 * bColumn, ORDER);
      c06 = a0.fma(b6, c06);
      FloatVector b7 = FloatVector.fromMemorySegment(FLOATS, b, bo + 7 * bColumn, ORDER);
      c07 = a0.fma(b7, c07);
      ao += BYTES;
      bo += BYTES;
    }
    c00.intoMemorySegment(sums, to, ORDER);
    c01.intoMemorySegment(sums, to + BYTES, ORDER);
    c02.intoMemorySegment(sums, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(sums, to + 3 * BYTES, ORDER);
    c04.intoMemorySegment(sums, to + 4 * BYTES, ORDER);
    c05.intoMemorySegment(sums, to + 5 * BYTES, ORDER);
    c06.intoMemorySegment(sums, to + 6 * BYTES, ORDER);
    c07.intoMemorySegment(sums, to + 7 * BYTES, ORDER);
  }

  private static void dots1x4(
      MemorySegment a,
      long ao,
      MemorySegment b,
      long bo,
      long bColumn,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c03 = zero;
    for (int i = 0; i < k; i += LANES) {
      FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, a, ao, ORDER);
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      c00 = a0.fma(b0, c00);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + bColumn, ORDER);
      c01 = a0.fma(b1, c01);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * bColumn, ORDER);
      c02 = a0.fma(b2, c02);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * bColumn, ORDER);
      c03 = a0.fma(b3, c03);
      ao += BYTES;
      bo += BYTES;
    }
    c00.intoMemorySegment(sums, to, ORDER);
    c01.intoMemorySegment(sums, to + BYTES, ORDER);
    c02.intoMemorySegment(sums, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(sums, to + 3 * BYTES, ORDER);
  }
}
