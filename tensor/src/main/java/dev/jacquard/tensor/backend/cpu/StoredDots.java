package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES_4;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.BYTES_8;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.SCALE_BYTES;
import static dev.jacquard.tensor.backend.cpu.QuantizedLoops.SIZE;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/// Scalar products of one row of `x` with rows of a stored weight: a step of decoding, bound by the
/// speed at which weights come from memory.
final class StoredDots {
  /* 1. Numbers are converted in registers and multiplied in f32, in the order in which DotKernels multiplies f32 weights.
   *    Conversions are exact, so the result has the bits of the product with the converted weight, whether one row is
   *    multiplied here or several by way of a converted copy.
   * 2. ggml rounds x to 8 bits, too, and adds integer products. Over Q8_0 weights larger than the caches that was measured
   *    at 29-30 GB/s on two threads, and multiplying in f32 at 14-26, where memory gives 26-30 (Zen 4, 512 bits). We keep
   *    x in f32 all the same: activations lose no digit, and a sequence gets the same bits alone as in a batch of up to 16,
   *    which goes through converted weights.
   * 3. Several rows at a time, since several streams keep more of memory's requests under way than one, and their sums
   *    do not wait for each other. How many, C2's inlining budget decides, beyond which vectors are boxed: of Q8_0 four in
   *    vectors of 16 and two in vectors of 8, where a block takes twice as many; of Q4_0 half of that. To the same end an
   *    unpacked 4-bit number, d (q - 8), is one fused operation, d q - 8 d, which is exact as well. */

  private static final byte LOWER = 0xf;
  private static final long VECTOR_BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private StoredDots() {}

  /// Whether there is a kernel for a type and a length of rows.
  static boolean suits(DType type, int k) {
    return switch (type) {
      case BF16 -> k % LANES == 0;
      case Q8_0, Q4_0 -> LANES >= 8;
      case F32, F16, I32, I64, U8 -> false;
    };
  }

  /// `sums[j] = Σ_k x[k] · w[row + j, k]` for as many rows as a vector has lanes.
  ///
  /// @param x holds `k` floats at byte `xo`
  /// @param k length of a row, of which [#suits] holds
  /// @param sums [DotKernels#SUMS_BYTES] from byte `to`; the result is its first vector
  static void dots(
      MemorySegment x, long xo, StoredRows w, int row, int k, MemorySegment sums, long to) {
    for (int r = 0; r < LANES; r += 4) {
      long wo = w.at(row + r);
      long at = to + r * VECTOR_BYTES;
      switch (w.type()) {
        case BF16 -> fourOfBfloat16(x, xo, w.segment(), wo, w.rowBytes(), k, sums, at);
        case Q8_0 -> fourOfBytes(x, xo, w.segment(), wo, w.rowBytes(), k, sums, at);
        case Q4_0 -> fourOfNibbles(x, xo, w.segment(), wo, w.rowBytes(), k, sums, at);
        default -> throw new AssertionError("no kernel for " + w.type());
      }
    }
    DotKernels.fold(sums, to);
  }

  private static void fourOfBytes(
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
      twoOfBytes8(x, xo, w, wo + 2 * row, row, k, sums, to + 2 * VECTOR_BYTES);
    }
  }

  private static void fourOfNibbles(
      MemorySegment x,
      long xo,
      MemorySegment w,
      long wo,
      long row,
      int k,
      MemorySegment sums,
      long to) {
    if (LANES == 16) {
      twoOfNibbles16(x, xo, w, wo, row, k, sums, to);
      twoOfNibbles16(x, xo, w, wo + 2 * row, row, k, sums, to + 2 * VECTOR_BYTES);
    } else {
      for (int r = 0; r < 4; r++) {
        oneOfNibbles8(x, xo, w, wo + r * row, k, sums, to + r * VECTOR_BYTES);
      }
    }
  }

  private static void fourOfBfloat16(
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
    for (int i = 0; i < k; i += LANES) {
      FloatVector a = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      c0 = a.fma(ConvertLoops.widen(w, wo), c0);
      c1 = a.fma(ConvertLoops.widen(w, wo + row), c1);
      c2 = a.fma(ConvertLoops.widen(w, wo + 2 * row), c2);
      c3 = a.fma(ConvertLoops.widen(w, wo + 3 * row), c3);
      xo += VECTOR_BYTES;
      wo += VECTOR_BYTES / 2;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
    c2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, ORDER);
    c3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, ORDER);
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
      c0 = addBytes(c0, w, wo, x0, x1);
      c1 = addBytes(c1, w, wo + row, x0, x1);
      c2 = addBytes(c2, w, wo + 2 * row, x0, x1);
      c3 = addBytes(c3, w, wo + 3 * row, x0, x1);
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
      c0 = addBytes(c0, w, wo, x0, x1, x2, x3);
      c1 = addBytes(c1, w, wo + row, x0, x1, x2, x3);
      xo += 4L * SIZE;
      wo += BYTES_8;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
  }

  /// Adds the products of one block of `Q8_0` in two vectors of 16.
  private static FloatVector addBytes(
      FloatVector c, MemorySegment w, long at, FloatVector x0, FloatVector x1) {
    FloatVector d = FloatVector.broadcast(FLOATS, QuantizedLoops.scale(w, at));
    long q = at + SCALE_BYTES;
    c = x0.fma(floats(bytes(w, q)).mul(d), c);
    return x1.fma(floats(bytes(w, q + LANES)).mul(d), c);
  }

  /// Adds the products of one block of `Q8_0` in four vectors of 8.
  private static FloatVector addBytes(
      FloatVector c,
      MemorySegment w,
      long at,
      FloatVector x0,
      FloatVector x1,
      FloatVector x2,
      FloatVector x3) {
    FloatVector d = FloatVector.broadcast(FLOATS, QuantizedLoops.scale(w, at));
    long q = at + SCALE_BYTES;
    c = x0.fma(floats(bytes(w, q)).mul(d), c);
    c = x1.fma(floats(bytes(w, q + LANES)).mul(d), c);
    c = x2.fma(floats(bytes(w, q + 2L * LANES)).mul(d), c);
    return x3.fma(floats(bytes(w, q + 3L * LANES)).mul(d), c);
  }

  private static void twoOfNibbles16(
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
    ByteVector lower = ByteVector.broadcast(BYTES, LOWER);
    for (int i = 0; i < k; i += SIZE) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      c0 = addNibbles(c0, w, wo, lower, x0, x1);
      c1 = addNibbles(c1, w, wo + row, lower, x0, x1);
      xo += 4L * SIZE;
      wo += BYTES_4;
    }
    c0.intoMemorySegment(sums, to, ORDER);
    c1.intoMemorySegment(sums, to + VECTOR_BYTES, ORDER);
  }

  private static void oneOfNibbles8(
      MemorySegment x, long xo, MemorySegment w, long wo, int k, MemorySegment sums, long to) {
    FloatVector c0 = FloatVector.zero(FLOATS);
    ByteVector lower = ByteVector.broadcast(BYTES, LOWER);
    for (int i = 0; i < k; i += SIZE) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, xo, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, xo + VECTOR_BYTES, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(FLOATS, x, xo + 2 * VECTOR_BYTES, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(FLOATS, x, xo + 3 * VECTOR_BYTES, ORDER);
      c0 = addNibbles(c0, w, wo, lower, x0, x1, x2, x3);
      xo += 4L * SIZE;
      wo += BYTES_4;
    }
    c0.intoMemorySegment(sums, to, ORDER);
  }

  /// Adds the products of one block of `Q4_0` in two vectors of 16.
  private static FloatVector addNibbles(
      FloatVector c, MemorySegment w, long at, ByteVector lower, FloatVector x0, FloatVector x1) {
    float scale = QuantizedLoops.scale(w, at);
    FloatVector d = FloatVector.broadcast(FLOATS, scale);
    FloatVector zero = FloatVector.broadcast(FLOATS, -8 * scale);
    ByteVector pairs = bytes(w, at + SCALE_BYTES);
    c = x0.fma(floats(pairs.and(lower)).fma(d, zero), c);
    return x1.fma(floats(pairs.lanewise(LSHR, 4)).fma(d, zero), c);
  }

  /// Adds the products of one block of `Q4_0` in four vectors of 8.
  private static FloatVector addNibbles(
      FloatVector c,
      MemorySegment w,
      long at,
      ByteVector lower,
      FloatVector x0,
      FloatVector x1,
      FloatVector x2,
      FloatVector x3) {
    float scale = QuantizedLoops.scale(w, at);
    FloatVector d = FloatVector.broadcast(FLOATS, scale);
    FloatVector zero = FloatVector.broadcast(FLOATS, -8 * scale);
    ByteVector pairs = bytes(w, at + SCALE_BYTES);
    ByteVector next = bytes(w, at + SCALE_BYTES + LANES);
    c = x0.fma(floats(pairs.and(lower)).fma(d, zero), c);
    c = x1.fma(floats(next.and(lower)).fma(d, zero), c);
    c = x2.fma(floats(pairs.lanewise(LSHR, 4)).fma(d, zero), c);
    return x3.fma(floats(next.lanewise(LSHR, 4)).fma(d, zero), c);
  }

  private static ByteVector bytes(MemorySegment w, long at) {
    return ByteVector.fromMemorySegment(BYTES, w, at, ORDER);
  }

  private static FloatVector floats(ByteVector q) {
    return (FloatVector) q.convertShape(B2F, FLOATS, 0);
  }
}
