package dev.jacquard.jmh.ladder;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Rung 3 of softmax: 16 numbers at a time (at 512 bits).
///
/// What it gains: mostly the exponential, which here is a polynomial on all numbers of a vector at
/// once, in f32. A vector's numbers are added up once a row, not once a vector. The end of a row is
/// done under a mask, apart from the loop, since masks cost time. One loop a method: the compiler
/// stops inlining in a method with too many vector operations, and then each vector becomes an
/// object.
///
/// The engine has an exponential of its own, with the same bits on every processor.
final class SoftmaxVector {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = FLOATS.length();

  private SoftmaxVector() {}

  /// As [SoftmaxNaive#softmax].
  static void softmax(MemorySegment x, MemorySegment y, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      row(x, y, 4L * row * width, width);
    }
  }

  /// One row, from byte `from` on.
  static void row(MemorySegment x, MemorySegment y, long from, int width) {
    float max = max(x, from, width);
    float sum = exponentials(x, y, from, width, max);
    scale(y, from, width, 1 / sum);
  }

  private static float max(MemorySegment x, long from, int width) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      max = max.max(FloatVector.fromMemorySegment(FLOATS, x, from + 4L * i, ORDER));
    }
    VectorMask<Float> rest = FLOATS.indexInRange(i, width);
    FloatVector last = FloatVector.fromMemorySegment(FLOATS, x, from + 4L * i, ORDER, rest);
    return max.lanewise(VectorOperators.MAX, last, rest).reduceLanes(VectorOperators.MAX);
  }

  private static float exponentials(
      MemorySegment x, MemorySegment y, long from, int width, float max) {
    FloatVector sum = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector shifted = FloatVector.fromMemorySegment(FLOATS, x, from + 4L * i, ORDER).sub(max);
      FloatVector e = shifted.lanewise(VectorOperators.EXP);
      e.intoMemorySegment(y, from + 4L * i, ORDER);
      sum = sum.add(e);
    }
    float total = sum.reduceLanes(VectorOperators.ADD);
    return i < width ? total + lastExponentials(x, y, from + 4L * i, width - i, max) : total;
  }

  private static float lastExponentials(
      MemorySegment x, MemorySegment y, long from, int count, float max) {
    VectorMask<Float> rest = FLOATS.indexInRange(0, count);
    FloatVector shifted = FloatVector.fromMemorySegment(FLOATS, x, from, ORDER, rest).sub(max);
    FloatVector e = shifted.lanewise(VectorOperators.EXP);
    e.intoMemorySegment(y, from, ORDER, rest);
    return e.reduceLanes(VectorOperators.ADD, rest);
  }

  private static void scale(MemorySegment y, long from, int width, float factor) {
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector.fromMemorySegment(FLOATS, y, from + 4L * i, ORDER)
          .mul(factor)
          .intoMemorySegment(y, from + 4L * i, ORDER);
    }
    VectorMask<Float> rest = FLOATS.indexInRange(i, width);
    FloatVector.fromMemorySegment(FLOATS, y, from + 4L * i, ORDER, rest)
        .mul(factor)
        .intoMemorySegment(y, from + 4L * i, ORDER, rest);
  }
}
