package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Choices among elements over one row of `n` floats. Offsets and steps are in bytes.
final class SelectLoops {
  private SelectLoops() {}

  /// `y = min(max(x, low), high)`.
  static void clamp(MemorySegment x, float low, float high, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Lanes.store(Lanes.load(x, at + 4L * i).max(low).min(high), y, at + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, at + 4L * i, Math.min(Math.max(Lanes.get(x, at + 4L * i), low), high));
    }
  }

  /// `dx = dy` where `low <= x <= high`, else 0.
  static void clampBackward(
      MemorySegment dy, MemorySegment x, float low, float high, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMask<Float> inside = v.compare(GE, low).and(v.compare(LE, high));
      Lanes.store(Lanes.load(dy, at + 4L * i).blend(0f, inside.not()), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, low <= v && v <= high ? d : 0f);
    }
  }

  /// `y = mask != 0 ? a : b` without gaps.
  static void select(
      MemorySegment mask,
      long maskAt,
      MemorySegment a,
      long aAt,
      MemorySegment b,
      long bAt,
      MemorySegment y,
      long yAt,
      int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      VectorMask<Float> first = Lanes.load(mask, maskAt + 4L * i).compare(NE, 0f);
      FloatVector second = Lanes.load(b, bAt + 4L * i);
      Lanes.store(second.blend(Lanes.load(a, aAt + 4L * i), first), y, yAt + 4L * i);
    }
    select(
        mask, maskAt + 4L * i, 4, a, aAt + 4L * i, 4, b, bAt + 4L * i, 4, y, yAt + 4L * i, n - i);
  }

  /// `y = mask != 0 ? a : b` with any steps.
  static void select(
      MemorySegment mask,
      long maskAt,
      long maskStep,
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
      Lanes.set(y, yAt + 4L * i, Lanes.get(mask, maskAt + maskStep * i) != 0f ? av : bv);
    }
  }
}
