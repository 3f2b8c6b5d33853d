package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import java.lang.foreign.MemorySegment;

/// Loops of the reductions over one row of `n` floats. Offsets are in bytes, strides in elements.
final class FoldLoops {
  private FoldLoops() {}

  /// What many numbers become one by.
  enum Fold {
    SUM,
    MAX;

    /// What no number gives.
    float start() {
      return this == SUM ? 0f : Float.NEGATIVE_INFINITY;
    }

    float of(float a, float b) {
      return this == SUM ? a + b : Math.max(a, b);
    }
  }

  /// A row folded to one number.
  static float row(Fold fold, MemorySegment x, long at, long stride, int n) {
    if (stride != 1) {
      return strided(fold, x, at, 4 * stride, n);
    }
    return switch (fold) {
      case SUM -> RowLoops.sum(x, at, n);
      case MAX -> RowLoops.max(x, at, n);
    };
  }

  /// `y = fold(y, x)`, element by element; `y` has stride 1.
  static void into(
      Fold fold, MemorySegment x, long xAt, long stride, MemorySegment y, long yAt, int n) {
    if (fold == Fold.SUM) {
      BinaryLoops.row(Binary.ADD, y, yAt, 1, x, xAt, stride, y, yAt, n);
    } else if (stride == 1) {
      max(x, xAt, y, yAt, n);
    } else {
      stridedMax(x, xAt, 4 * stride, y, yAt, n);
    }
  }

  private static void max(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Lanes.store(Lanes.load(y, yAt + 4L * i).max(Lanes.load(x, xAt + 4L * i)), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, Math.max(Lanes.get(y, yAt + 4L * i), Lanes.get(x, xAt + 4L * i)));
    }
  }

  private static void stridedMax(
      MemorySegment x, long xAt, long step, MemorySegment y, long yAt, int n) {
    for (int i = 0; i < n; i++) {
      Lanes.set(
          y, yAt + 4L * i, Math.max(Lanes.get(y, yAt + 4L * i), Lanes.get(x, xAt + step * i)));
    }
  }

  private static float strided(Fold fold, MemorySegment x, long at, long step, int n) {
    float value = fold.start();
    for (int i = 0; i < n; i++) {
      value = fold.of(value, Lanes.get(x, at + step * i));
    }
    return value;
  }
}
