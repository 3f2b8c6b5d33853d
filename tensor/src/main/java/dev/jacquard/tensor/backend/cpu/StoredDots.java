package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.ConvertLoops.SHORTS;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES_4;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES_8;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.SCALE_BYTES;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.SIZE;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.INTS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;

/// Scalar products of a row of `x` with rows of a stored weight: a step of decoding, bound by the
/// speed at which weights come from memory.
final class StoredDots {
  /* 1. Numbers are converted in registers and multiplied in f32, in the order in which DotKernels multiplies f32 weights.
   *    Conversions are exact, so the result has the bits of the product with the converted weight, whether one row is
   *    multiplied here or several by way of a converted copy.
   * 2. ggml rounds x to 8 bits, too, and adds integer products. Over Q8_0 weights larger than the caches that was measured
   *    at 29-30 GB/s on two threads, and multiplying in f32 at 14-26, where memory gives 26-30 (Zen 4, 512 bits). We keep
   *    x in f32 all the same: activations lose no digit, and a sequence gets the same bits alone as in a batch of up to 16.
   * 3. One row after the other, so that a thread reads memory as one stream: 12 Gw/s of Q4_0 and 16 GB/s of BF16 came from
   *    memory that way, 7 Gw/s and 12 GB/s by two and four rows at a time, each a stream of 2 to 8 kB (K = 4096, one
   *    thread, 512 bits). One chain of additions allows 14 Gw/s; for Q8_0, where that is less than memory gives, it is
   *    four rows in vectors of 16 and two in vectors of 8, where a block takes twice as many: C2's inlining budget takes
   *    no more.
   * 4. The kernels call the Vector API and nothing else. From 18,000 nodes of its graph on (NodeCountInliningCutoff) C2
   *    inlines only methods marked for it, which those of the JDK are and ours cannot be, and a vector that goes to or
   *    comes from a call is an object. How many nodes there are by the last lines of a kernel is a matter of what
   *    kinds of segments its JVM has seen. */

  private static final byte LOWER = 0xf;

  /// Rows of a weight that are multiplied together.
  private static final int Q8_ROWS = LANES == 16 ? 4 : 2;

  private static final long VECTOR_BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private StoredDots() {}

  /// Whether there is a kernel for a type and a length of rows.
  static boolean suits(DType type, int k) {
    return switch (type) {
      case BF16, F16 -> k % LANES == 0;
      case Q8_0, Q4_0 -> LANES >= 8;
      case F32, I32, I64, U8 -> false;
    };
  }

  /// `sums[j] = Σ_k x[k] · w[row + j, k]` for as many rows as a vector has lanes.
  ///
  /// @param x holds `k` floats at byte `xo`
  /// @param k length of a row, of which [#suits] holds
  /// @param sums [DotKernels#SUMS_BYTES] from byte `to`; the result is its first vector
  static void dots(
      MemorySegment x, long xo, StoredRows w, int row, int k, MemorySegment sums, long to) {
    int step = w.type() == DType.Q8_0 ? Q8_ROWS : 1;
    for (int r = 0; r < LANES; r += step) {
      long wo = w.at(row + r);
      long at = to + r * VECTOR_BYTES;
      switch (w.type()) {
        case BF16 -> oneOfBfloat16(x, xo, w.segment(), wo, k, sums, at);
        case F16 -> oneOfHalf(x, xo, w.segment(), wo, k, sums, at);
        case Q8_0 -> rowsOfBytes(x, xo, w.segment(), wo, w.rowBytes(), k, sums, at);
        case Q4_0 -> oneOfNibbles(x, xo, w.segment(), wo, k, sums, at);
        default -> throw new AssertionError("no kernel for " + w.type());
      }
    }
    DotKernels.fold(sums, to);
  }

  private static void rowsOfBytes(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to) {
    if (LANES == 16) {
      fourOfBytes16(x, xo, w, wo, row, k, sums, to);
    } else {
      twoOfBytes8(x, xo, w, wo, row, k, sums, to);
    }
  }

  private static void oneOfNibbles(
      MemorySegment x, long xo, MemorySegment w, long wo, int k, MemorySegment sums, long to) {
    if (LANES == 16) {
      oneOfNibbles16(x, xo, w, wo, k, sums, to);
    } else {
      oneOfNibbles8(x, xo, w, wo, k, sums, to);
    }
  }

  private static void oneOfBfloat16(
      MemorySegment x, long xo, MemorySegment w, long wo, int k, MemorySegment sums, long to) {
    FloatVector c = FloatVector.zero(FLOATS);
    for (int i = 0; i < k; i += LANES) {
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      IntVector upper =
          (IntVector)
              ShortVector.fromMemorySegment(SHORTS, w, wo, ORDER)
                  .convertShape(ZERO_EXTEND_S2I, INTS, 0);
      c = a.fma(upper.lanewise(LSHL, 16).reinterpretAsFloats(), c);
      xo += VECTOR_BYTES;
      wo += VECTOR_BYTES / 2;
    }
    c.intoMemorySegment(sums, to, ORDER);
  }

  /// Widens as [ConvertLoops] does.
  private static void oneOfHalf(
      MemorySegment x, long xo, MemorySegment w, long wo, int k, MemorySegment sums, long to) {
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector scale = FloatVector.broadcast(FLOATS, ConvertLoops.HALF_SCALE);
    FloatVector infinite = FloatVector.broadcast(FLOATS, ConvertLoops.HALF_INFINITE);
    for (int i = 0; i < k; i += LANES) {
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector wide =
          ((IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, wo, ORDER).convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(ConvertLoops.HALF_BITS)
              .reinterpretAsFloats()
              .mul(scale);
      VectorMask<Integer> special = wide.abs().compare(GE, infinite).cast(INTS);
      c =
          a.fma(
              wide.reinterpretAsInts()
                  .lanewise(OR, ConvertLoops.FLOAT_EXPONENT, special)
                  .reinterpretAsFloats(),
              c);
      xo += VECTOR_BYTES;
      wo += VECTOR_BYTES / 2;
    }
    c.intoMemorySegment(sums, to, ORDER);
  }

  private static void fourOfBytes16(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    for (int i = 0; i < k; i += SIZE) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      FloatVector d0 =
          FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo)));
      FloatVector d1 =
          FloatVector.broadcast(
              FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo + row)));
      FloatVector d2 =
          FloatVector.broadcast(
              FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo + 2 * row)));
      FloatVector d3 =
          FloatVector.broadcast(
              FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo + 3 * row)));
      long q = wo + SCALE_BYTES;
      c0 =
          x0.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q, ORDER).convertShape(B2F, FLOATS, 0))
                  .mul(d0),
              c0);
      c1 =
          x0.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d1),
              c1);
      c2 =
          x0.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 2 * row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d2),
              c2);
      c3 =
          x0.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 3 * row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d3),
              c3);
      q += LANES;
      c0 =
          x1.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q, ORDER).convertShape(B2F, FLOATS, 0))
                  .mul(d0),
              c0);
      c1 =
          x1.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d1),
              c1);
      c2 =
          x1.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 2 * row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d2),
              c2);
      c3 =
          x1.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 3 * row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d3),
              c3);
      xo += 4L * SIZE;
      wo += BYTES_8;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    c2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    c3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
  }

  private static void twoOfBytes8(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = c0;
    for (int i = 0; i < k; i += SIZE) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, x, xo + 2 * VECTOR_BYTES, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, x, xo + 3 * VECTOR_BYTES, ORDER);
      FloatVector d0 =
          FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo)));
      FloatVector d1 =
          FloatVector.broadcast(
              FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo + row)));
      long q = wo + SCALE_BYTES;
      c0 =
          x0.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q, ORDER).convertShape(B2F, FLOATS, 0))
                  .mul(d0),
              c0);
      c1 =
          x0.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d1),
              c1);
      c0 =
          x1.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + LANES, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d0),
              c0);
      c1 =
          x1.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + LANES + row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d1),
              c1);
      c0 =
          x2.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 2L * LANES, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d0),
              c0);
      c1 =
          x2.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 2L * LANES + row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d1),
              c1);
      c0 =
          x3.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 3L * LANES, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d0),
              c0);
      c1 =
          x3.fma(
              ((FloatVector)
                      ByteVector.fromMemorySegment(BYTES, w, q + 3L * LANES + row, ORDER)
                          .convertShape(B2F, FLOATS, 0))
                  .mul(d1),
              c1);
      xo += 4L * SIZE;
      wo += BYTES_8;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
  }

  /// Looks numbers up among the 16 that a block can hold.
  private static void oneOfNibbles16(
      MemorySegment x, long xo, MemorySegment w, long wo, int k, MemorySegment sums, long to) {
    FloatVector c = FloatVector.zero(FLOATS);
    FloatVector all = FloatVector.zero(FLOATS).addIndex(1).sub(8);
    for (int i = 0; i < k; i += SIZE) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      IntVector scaled =
          all.mul(Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo))).reinterpretAsInts();
      IntVector pairs =
          (IntVector)
              ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES, ORDER)
                  .convertShape(ZERO_EXTEND_B2I, INTS, 0);
      c = x0.fma(pairs.selectFrom(scaled).reinterpretAsFloats(), c); // by the lower 4 bits
      c = x1.fma(pairs.lanewise(LSHR, 4).selectFrom(scaled).reinterpretAsFloats(), c);
      xo += 4L * SIZE;
      wo += BYTES_4;
    }
    c.intoMemorySegment(sums, to, ORDER);
  }

  private static void oneOfNibbles8(
      MemorySegment x, long xo, MemorySegment w, long wo, int k, MemorySegment sums, long to) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    ByteVector lower = ByteVector.broadcast(BYTES, LOWER);
    FloatVector minus8 = FloatVector.broadcast(FLOATS, -8);
    for (int i = 0; i < k; i += SIZE) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, x, xo + 2 * VECTOR_BYTES, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, x, xo + 3 * VECTOR_BYTES, ORDER);
      FloatVector d =
          FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(JAVA_SHORT_UNALIGNED, wo)));
      FloatVector zero = d.mul(minus8);
      ByteVector pairs = ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES, ORDER);
      ByteVector next = ByteVector.fromMemorySegment(BYTES, w, wo + SCALE_BYTES + LANES, ORDER);
      c0 = x0.fma(((FloatVector) pairs.and(lower).convertShape(B2F, FLOATS, 0)).fma(d, zero), c0);
      c0 = x1.fma(((FloatVector) next.and(lower).convertShape(B2F, FLOATS, 0)).fma(d, zero), c0);
      c0 =
          x2.fma(
              ((FloatVector) pairs.lanewise(LSHR, 4).convertShape(B2F, FLOATS, 0)).fma(d, zero),
              c0);
      c0 =
          x3.fma(
              ((FloatVector) next.lanewise(LSHR, 4).convertShape(B2F, FLOATS, 0)).fma(d, zero), c0);
      xo += 4L * SIZE;
      wo += BYTES_4;
    }
    c0.intoMemorySegment(sums, to, ORDER);
  }
}
