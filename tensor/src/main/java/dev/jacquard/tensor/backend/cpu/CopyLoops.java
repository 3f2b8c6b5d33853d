package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/// Loops that move 4-byte elements. Offsets and steps are in bytes.
final class CopyLoops {
  /// Rows of a tile: as many cache lines are written at once, which is what one set of a
  /// first-level cache holds.
  static final int TILE = 8;

  private CopyLoops() {}

  /// `to[i] = from[i]` with any steps.
  static void strided(
      MemorySegment from,
      long fromAt,
      long fromStep,
      MemorySegment to,
      long toAt,
      long toStep,
      int n) {
    for (int i = 0; i < n; i++) {
      to.set(JAVA_INT, toAt + toStep * i, from.get(JAVA_INT, fromAt + fromStep * i));
    }
  }

  /// `to[row][i] = from[i][row]` for up to [#TILE] rows.
  static void transposed(
      MemorySegment from,
      long fromAt,
      long fromStep,
      MemorySegment to,
      long toAt,
      long toStep,
      int rows,
      int n) {
    if (rows < TILE) {
      for (int row = 0; row < rows; row++) {
        strided(from, fromAt + 4L * row, fromStep, to, toAt + row * toStep, 4, n);
      }
    } else {
      tile(from, fromAt, fromStep, to, toAt, toStep, n);
    }
  }

  private static void tile(
      MemorySegment from,
      long fromAt,
      long fromStep,
      MemorySegment to,
      long toAt,
      long toStep,
      int n) {
    for (int i = 0; i < n; i++) {
      long source = fromAt + fromStep * i;
      long target = toAt + 4L * i;
      to.set(JAVA_INT, target, from.get(JAVA_INT, source));
      to.set(JAVA_INT, target + toStep, from.get(JAVA_INT, source + 4));
      to.set(JAVA_INT, target + 2 * toStep, from.get(JAVA_INT, source + 8));
      to.set(JAVA_INT, target + 3 * toStep, from.get(JAVA_INT, source + 12));
      to.set(JAVA_INT, target + 4 * toStep, from.get(JAVA_INT, source + 16));
      to.set(JAVA_INT, target + 5 * toStep, from.get(JAVA_INT, source + 20));
      to.set(JAVA_INT, target + 6 * toStep, from.get(JAVA_INT, source + 24));
      to.set(JAVA_INT, target + 7 * toStep, from.get(JAVA_INT, source + 28));
    }
  }
}
