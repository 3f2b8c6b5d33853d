package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;

import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// `y = f(a, b)` over one row of `n` floats: one loop for each function, since a function handed
/// into a loop would not be inlined. Offsets are in bytes, strides in elements; `y` has stride 1.
final class BinaryLoops {
  private BinaryLoops() {}

  /// Any strides; rows with strides 1 take a vector loop, and sums, differences, products and
  /// quotients with a stride of 0 too.
  static void row(
      Binary f,
      MemorySegment a,
      long aAt,
      long aStride,
      MemorySegment b,
      long bAt,
      long bStride,
      MemorySegment y,
      long yAt,
      int n) {
    boolean isArithmetic = f == Binary.ADD || f == Binary.SUB || f == Binary.MUL || f == Binary.DIV;
    if (aStride == 1 && bStride == 1) {
      vectors(f, a, aAt, b, bAt, y, yAt, n);
    } else if (isArithmetic && aStride == 1 && bStride == 0) {
      vectorAndScalar(f, a, aAt, Lanes.get(b, bAt), y, yAt, n);
    } else if (isArithmetic && aStride == 0 && bStride == 1) {
      scalarAndVector(f, Lanes.get(a, aAt), b, bAt, y, yAt, n);
    } else {
      strided(f, a, aAt, 4 * aStride, b, bAt, 4 * bStride, y, yAt, n);
    }
  }

  private static void vectors(
      Binary f,
      MemorySegment a,
      long aAt,
      MemorySegment b,
      long bAt,
      MemorySegment y,
      long yAt,
      int n) {
    switch (f) {
      case ADD -> add(a, aAt, b, bAt, y, yAt, n);
      case SUB -> sub(a, aAt, b, bAt, y, yAt, n);
      case MUL -> mul(a, aAt, b, bAt, y, yAt, n);
      case DIV -> div(a, aAt, b, bAt, y, yAt, n);
      case MAX -> max(a, aAt, b, bAt, y, yAt, n);
      case MIN -> min(a, aAt, b, bAt, y, yAt, n);
      case GREATER -> greater(a, aAt, b, bAt, y, yAt, n);
      case EQUAL -> equal(a, aAt, b, bAt, y, yAt, n);
      case POW, ATAN2 -> strided(f, a, aAt, 4, b, bAt, 4, y, yAt, n);
    }
  }

  private static void vectorAndScalar(
      Binary f, MemorySegment a, long aAt, float b, MemorySegment y, long yAt, int n) {
    switch (f) {
      case ADD -> RowLoops.affine(a, aAt, 1f, b, y, yAt, n);
      case SUB -> RowLoops.affine(a, aAt, 1f, -b, y, yAt, n);
      case MUL -> RowLoops.affine(a, aAt, b, -0f, y, yAt, n);
      case DIV -> divByScalar(a, aAt, b, y, yAt, n);
      default -> throw new AssertionError(f);
    }
  }

  private static void scalarAndVector(
      Binary f, float a, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    switch (f) {
      case ADD -> RowLoops.affine(b, bAt, 1f, a, y, yAt, n);
      case SUB -> RowLoops.affine(b, bAt, -1f, a, y, yAt, n);
      case MUL -> RowLoops.affine(b, bAt, a, -0f, y, yAt, n);
      case DIV -> divScalarBy(a, b, bAt, y, yAt, n);
      default -> throw new AssertionError(f);
    }
  }

  static void add(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector sum = Lanes.load(a, aAt + 4L * i).add(Lanes.load(b, bAt + 4L * i));
      Lanes.store(sum, y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, Lanes.get(a, aAt + 4L * i) + Lanes.get(b, bAt + 4L * i));
    }
  }

  static void sub(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector difference = Lanes.load(a, aAt + 4L * i).sub(Lanes.load(b, bAt + 4L * i));
      Lanes.store(difference, y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, Lanes.get(a, aAt + 4L * i) - Lanes.get(b, bAt + 4L * i));
    }
  }

  static void mul(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector product = Lanes.load(a, aAt + 4L * i).mul(Lanes.load(b, bAt + 4L * i));
      Lanes.store(product, y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, Lanes.get(a, aAt + 4L * i) * Lanes.get(b, bAt + 4L * i));
    }
  }

  static void div(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector quotient = Lanes.load(a, aAt + 4L * i).div(Lanes.load(b, bAt + 4L * i));
      Lanes.store(quotient, y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, Lanes.get(a, aAt + 4L * i) / Lanes.get(b, bAt + 4L * i));
    }
  }

  static void max(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector av = Lanes.load(a, aAt + 4L * i);
      FloatVector bv = Lanes.load(b, bAt + 4L * i);
      Lanes.store(av.max(bv), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      float av = Lanes.get(a, aAt + 4L * i);
      float bv = Lanes.get(b, bAt + 4L * i);
      Lanes.set(y, yAt + 4L * i, Math.max(av, bv));
    }
  }

  static void min(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector av = Lanes.load(a, aAt + 4L * i);
      FloatVector bv = Lanes.load(b, bAt + 4L * i);
      Lanes.store(av.min(bv), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      float av = Lanes.get(a, aAt + 4L * i);
      float bv = Lanes.get(b, bAt + 4L * i);
      Lanes.set(y, yAt + 4L * i, Math.min(av, bv));
    }
  }

  static void greater(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector av = Lanes.load(a, aAt + 4L * i);
      FloatVector bv = Lanes.load(b, bAt + 4L * i);
      Lanes.store(Lanes.splat(0f).blend(1f, av.compare(GT, bv)), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      float av = Lanes.get(a, aAt + 4L * i);
      float bv = Lanes.get(b, bAt + 4L * i);
      Lanes.set(y, yAt + 4L * i, av > bv ? 1f : 0f);
    }
  }

  static void equal(
      MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector av = Lanes.load(a, aAt + 4L * i);
      FloatVector bv = Lanes.load(b, bAt + 4L * i);
      Lanes.store(Lanes.splat(0f).blend(1f, av.compare(EQ, bv)), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      float av = Lanes.get(a, aAt + 4L * i);
      float bv = Lanes.get(b, bAt + 4L * i);
      Lanes.set(y, yAt + 4L * i, av == bv ? 1f : 0f);
    }
  }

  private static void divByScalar(
      MemorySegment a, long aAt, float b, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Lanes.store(Lanes.load(a, aAt + 4L * i).div(b), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, Lanes.get(a, aAt + 4L * i) / b);
    }
  }

  private static void divScalarBy(
      float a, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    FloatVector dividend = Lanes.splat(a);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Lanes.store(dividend.div(Lanes.load(b, bAt + 4L * i)), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, a / Lanes.get(b, bAt + 4L * i));
    }
  }

  private static void strided(
      Binary f,
      MemorySegment a,
      long aAt,
      long aStep,
      MemorySegment b,
      long bAt,
      long bStep,
      MemorySegment y,
      long yAt,
      int n) {
    for (int i = 0; i < n; i++) {
      float av = Lanes.get(a, aAt + aStep * i);
      float bv = Lanes.get(b, bAt + bStep * i);
      float value =
          switch (f) {
            case ADD -> av + bv;
            case SUB -> av - bv;
            case MUL -> av * bv;
            case DIV -> av / bv;
            case MAX -> Math.max(av, bv);
            case MIN -> Math.min(av, bv);
            case POW -> (float) StrictMath.pow(av, bv); // the same bits everywhere
            case ATAN2 -> (float) StrictMath.atan2(av, bv);
            case GREATER -> av > bv ? 1f : 0f;
            case EQUAL -> av == bv ? 1f : 0f;
          };
      Lanes.set(y, yAt + 4L * i, value);
    }
  }
}
