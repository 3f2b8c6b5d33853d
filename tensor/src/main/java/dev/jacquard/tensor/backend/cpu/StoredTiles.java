package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.ConvertLoops.SHORTS;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES_8;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.SCALE_BYTES;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.SIZE;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.INTS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/// Scalar products of two or four rows of `x` with rows of a stored weight: a step of decoding for
/// several sequences, or of several tokens, or with guidance.
final class StoredTiles {
  /* A number of the weight is converted once for all rows of x; how many rows of the weight go along is bound by the
   * number of registers. Only methods of the Vector API are called; see StoredDots. For more rows of x the same numbers are converted anew, out of the first or second cache: with
   * 16 rows still 1.5 to 3 times as fast as converting a block of the weight to memory first, since that waits for
   * memory before it computes (BF16 and Q8_0, K = 4096, two threads, 512 bits, on a busy machine). */

  private static final long VECTOR_BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private StoredTiles() {}

  /// Whether there is a kernel for two rows of `x`, too.
  static boolean suitsTwo(DType type, int k) {
    return LANES >= 8 && (type == DType.BF16 || type == DType.Q8_0) && StoredDots.suits(type, k);
  }

  /// `sums[r · LANES / 2 + j] = Σ_k x[r, k] · w[row + j, k]` for two rows of `x` and half as many
  /// of the weight as a vector has lanes, with the bits that [StoredDots#dots] gives each.
  ///
  /// @param x holds row `r` at byte `xo + r · xRow`
  /// @param k length of a row, of which [#suitsTwo] holds
  /// @param sums [DotKernels#SUMS_BYTES] from byte `to`; the result is its first vector
  static void twoDots(
      MemorySegment x,
      long xo,
      long xRow,
      StoredRows w,
      int row,
      int k,
      MemorySegment sums,
      long to) {
    long next = LANES / 2 * VECTOR_BYTES; // from a sum of the first row of x to one of the second
    int step = w.type() == DType.BF16 ? 4 : LANES == 16 ? 2 : 1;
    for (int r = 0; r < LANES / 2; r += step) {
      long wo = w.at(row + r);
      long at = to + r * VECTOR_BYTES;
      if (w.type() == DType.BF16) {
        twoByFourOfBfloat16(x, xo, xRow, w.segment(), wo, w.rowBytes(), k, sums, at, next);
      } else if (LANES == 16) {
        twoByTwoOfBytes16(x, xo, xRow, w.segment(), wo, w.rowBytes(), k, sums, at, next);
      } else {
        twoByOneOfBytes8(x, xo, xRow, w.segment(), wo, k, sums, at, next);
      }
    }
    DotKernels.fold(sums, to);
  }

  /// Whether there is a kernel for four rows of `x`, too.
  static boolean suitsFour(DType type, int k) {
    return LANES == 16 && suitsTwo(type, k);
  }

  /// `sums[r · LANES / 4 + j] = Σ_k x[r, k] · w[row + j, k]` for four rows of `x` and a quarter as
  /// many of the weight as a vector has lanes, with the bits that [StoredDots#dots] gives each.
  ///
  /// @param x holds row `r` at byte `xo + r · xRow`
  /// @param k length of a row, of which [#suitsFour] holds
  /// @param sums [DotKernels#SUMS_BYTES] from byte `to`; the result is its first vector
  static void fourDots(
      MemorySegment x,
      long xo,
      long xRow,
      StoredRows w,
      int row,
      int k,
      MemorySegment sums,
      long to) {
    long next = LANES / 4 * VECTOR_BYTES; // from a sum of one row of x to one of the next
    long wo = w.at(row);
    long wRow = w.rowBytes();
    if (w.type() == DType.BF16) {
      fourByFourOfBfloat16(x, xo, xRow, w.segment(), wo, wRow, k, sums, to, next);
    } else {
      fourByTwoOfBytes16(x, xo, xRow, w.segment(), wo, wRow, k, sums, to, next);
      long at = to + 2 * VECTOR_BYTES;
      fourByTwoOfBytes16(x, xo, xRow, w.segment(), wo + 2 * wRow, wRow, k, sums, at, next);
    }
    DotKernels.fold(sums, to);
  }

  private static void twoByFourOfBfloat16(
      MemorySegment x,
      long xo,
      long xRow,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to,
      long next) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector e0 = c0;
    FloatVector e1 = c0;
    FloatVector e2 = c0;
    FloatVector e3 = c0;
    for (int i = 0; i < k; i += LANES) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + xRow, ORDER);
      FloatVector b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c0 = x0.fma(b, c0);
      e0 = x1.fma(b, e0);
      b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo + row, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c1 = x0.fma(b, c1);
      e1 = x1.fma(b, e1);
      b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo + 2 * row, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c2 = x0.fma(b, c2);
      e2 = x1.fma(b, e2);
      b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo + 3 * row, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c3 = x0.fma(b, c3);
      e3 = x1.fma(b, e3);
      xo += VECTOR_BYTES;
      wo += VECTOR_BYTES / 2;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    c2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    c3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
    to += next;
    e0.intoMemorySegment(sums, to, ORDER);
    e1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    e2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    e3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
  }

  private static void twoByTwoOfBytes16(
      MemorySegment x,
      long xo,
      long xRow,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to,
      long next) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = c0;
    FloatVector e0 = c0;
    FloatVector e1 = c0;
    for (int i = 0; i < k; i += SIZE) {
      FloatVector d0 =
          FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo)));
      FloatVector d1 =
          FloatVector.broadcast(
              FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo + row)));
      FloatVector b0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d0);
      FloatVector b1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + row + SCALE_BYTES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d1);
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + xRow, ORDER);
      c0 = x0.fma(b0, c0);
      c1 = x0.fma(b1, c1);
      e0 = x1.fma(b0, e0);
      e1 = x1.fma(b1, e1);
      b0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES + LANES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d0);
      b1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + row + SCALE_BYTES + LANES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d1);
      x0 = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + xRow + VECTOR_BYTES, ORDER);
      c0 = x0.fma(b0, c0);
      c1 = x0.fma(b1, c1);
      e0 = x1.fma(b0, e0);
      e1 = x1.fma(b1, e1);
      xo += 4L * SIZE;
      wo += BYTES_8;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    e0.intoMemorySegment(sums, to + next, ORDER);
    e1.intoMemorySegment(sums, to + next + VECTOR_BYTES, ORDER);
  }

  private static void twoByOneOfBytes8(
      MemorySegment x,
      long xo,
      long xRow,
      MemorySegment w,
      long wo,
      int k,
      MemorySegment sums,
      long to,
      long next) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector e0 = c0;
    for (int i = 0; i < k; i += SIZE) {
      FloatVector d =
          FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo)));
      for (int j = 0; j < SIZE; j += LANES) {
        FloatVector b =
            ((FloatVector)
                    ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES + j, ORDER)
                        .convertShape(B2F, FLOATS, 0))
                .mul(d);
        c0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER).fma(b, c0);
        e0 = FloatVector.fromMemorySegment(FLOATS, x, xo + xRow, ORDER).fma(b, e0);
        xo += VECTOR_BYTES;
      }
      wo += BYTES_8;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    e0.intoMemorySegment(sums, to + next, ORDER);
  }

  private static void fourByFourOfBfloat16(
      MemorySegment x,
      long xo,
      long xRow,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to,
      long next) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = FloatVector.zero(FLOATS);
    FloatVector c2 = FloatVector.zero(FLOATS);
    FloatVector c3 = FloatVector.zero(FLOATS);
    FloatVector e0 = FloatVector.zero(FLOATS);
    FloatVector e1 = FloatVector.zero(FLOATS);
    FloatVector e2 = FloatVector.zero(FLOATS);
    FloatVector e3 = FloatVector.zero(FLOATS);
    FloatVector f0 = FloatVector.zero(FLOATS);
    FloatVector f1 = FloatVector.zero(FLOATS);
    FloatVector f2 = FloatVector.zero(FLOATS);
    FloatVector f3 = FloatVector.zero(FLOATS);
    FloatVector g0 = FloatVector.zero(FLOATS);
    FloatVector g1 = FloatVector.zero(FLOATS);
    FloatVector g2 = FloatVector.zero(FLOATS);
    FloatVector g3 = FloatVector.zero(FLOATS);
    for (int i = 0; i < k; i += LANES) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + xRow, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, x, xo + 2 * xRow, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, x, xo + 3 * xRow, ORDER);
      FloatVector b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c0 = x0.fma(b, c0);
      e0 = x1.fma(b, e0);
      f0 = x2.fma(b, f0);
      g0 = x3.fma(b, g0);
      b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo + row, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c1 = x0.fma(b, c1);
      e1 = x1.fma(b, e1);
      f1 = x2.fma(b, f1);
      g1 = x3.fma(b, g1);
      b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo + 2 * row, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c2 = x0.fma(b, c2);
      e2 = x1.fma(b, e2);
      f2 = x2.fma(b, f2);
      g2 = x3.fma(b, g2);
      b =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo + 3 * row, ORDER)
                      .convertShape(ZERO_EXTEND_S2I, INTS, 0))
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      c3 = x0.fma(b, c3);
      e3 = x1.fma(b, e3);
      f3 = x2.fma(b, f3);
      g3 = x3.fma(b, g3);
      xo += VECTOR_BYTES;
      wo += VECTOR_BYTES / 2;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    c2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    c3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
    to += next;
    e0.intoMemorySegment(sums, to, ORDER);
    e1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    e2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    e3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
    to += next;
    f0.intoMemorySegment(sums, to, ORDER);
    f1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    f2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    f3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
    to += next;
    g0.intoMemorySegment(sums, to, ORDER);
    g1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    g2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    g3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
  }

  private static void fourByTwoOfBytes16(
      MemorySegment x,
      long xo,
      long xRow,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to,
      long next) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = FloatVector.zero(FLOATS);
    FloatVector e0 = FloatVector.zero(FLOATS);
    FloatVector e1 = FloatVector.zero(FLOATS);
    FloatVector f0 = FloatVector.zero(FLOATS);
    FloatVector f1 = FloatVector.zero(FLOATS);
    FloatVector g0 = FloatVector.zero(FLOATS);
    FloatVector g1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < k; i += SIZE) {
      FloatVector d0 =
          FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo)));
      FloatVector d1 =
          FloatVector.broadcast(
              FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo + row)));
      FloatVector b0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d0);
      FloatVector b1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + row + SCALE_BYTES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d1);
      FloatVector v = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      c0 = v.fma(b0, c0);
      c1 = v.fma(b1, c1);
      v = FloatVector.fromMemorySegment(FLOATS, x, xo + xRow, ORDER);
      e0 = v.fma(b0, e0);
      e1 = v.fma(b1, e1);
      v = FloatVector.fromMemorySegment(FLOATS, x, xo + 2 * xRow, ORDER);
      f0 = v.fma(b0, f0);
      f1 = v.fma(b1, f1);
      v = FloatVector.fromMemorySegment(FLOATS, x, xo + 3 * xRow, ORDER);
      g0 = v.fma(b0, g0);
      g1 = v.fma(b1, g1);
      b0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES + LANES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d0);
      b1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, wo + row + SCALE_BYTES + LANES, ORDER)
                      .convertShape(B2F, FLOATS, 0))
              .mul(d1);
      v = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      c0 = v.fma(b0, c0);
      c1 = v.fma(b1, c1);
      v = FloatVector.fromMemorySegment(FLOATS, x, xo + xRow + VECTOR_BYTES, ORDER);
      e0 = v.fma(b0, e0);
      e1 = v.fma(b1, e1);
      v = FloatVector.fromMemorySegment(FLOATS, x, xo + 2 * xRow + VECTOR_BYTES, ORDER);
      f0 = v.fma(b0, f0);
      f1 = v.fma(b1, f1);
      v = FloatVector.fromMemorySegment(FLOATS, x, xo + 3 * xRow + VECTOR_BYTES, ORDER);
      g0 = v.fma(b0, g0);
      g1 = v.fma(b1, g1);
      xo += 4L * SIZE;
      wo += BYTES_8;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    to += next;
    e0.intoMemorySegment(sums, to, ORDER);
    e1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    to += next;
    f0.intoMemorySegment(sums, to, ORDER);
    f1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    to += next;
    g0.intoMemorySegment(sums, to, ORDER);
    g1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
  }
}
