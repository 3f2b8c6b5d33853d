package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ORDER;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ROWS;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.SPECIES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.WIDTH;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.jacquard.tensor.backend.cpu.AttentionSizes.Rows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Moves rows of `D` floats between strided tensors and scratch memory, where rows are padded to
/// whole vectors.
final class AttentionPack {
  private AttentionPack() {}

  /// Copies `rows` rows of `d` floats to rows of `lanes >= d` floats; the rest, and `padRows` more
  /// rows, become 0.
  static void rows(
      MemorySegment from,
      long at,
      long rowBytes,
      int rows,
      int d,
      MemorySegment to,
      long toAt,
      int lanes,
      int padRows) {
    long toRow = 4L * lanes;
    int j = 0;
    for (; j <= d - LANES; j += LANES) {
      copyColumn(from, at + 4L * j, rowBytes, rows, to, toAt + 4L * j, toRow);
    }
    if (j < lanes) {
      zeroColumn(rows, to, toAt + 4L * j, toRow);
      for (; j < d; j++) {
        copyElements(from, at + 4L * j, rowBytes, rows, to, toAt + 4L * j, toRow);
      }
    }
    zero(to, toAt + rows * toRow, padRows * lanes);
  }

  /// As the other, from rows of any type.
  static void rows(
      Rows from, long at, int rows, int d, MemorySegment to, long toAt, int lanes, int padRows) {
    if (from.areFloats()) {
      rows(from.memory(), at, from.rowBytes(), rows, d, to, toAt, lanes, padRows);
      return;
    }
    zero(to, toAt, (rows + padRows) * lanes);
    from.unpack(at, rows, d, to, toAt, 4L * lanes);
  }

  private static void copyColumn(
      MemorySegment from,
      long at,
      long rowBytes,
      int rows,
      MemorySegment to,
      long toAt,
      long toRow) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(SPECIES, from, at, ORDER).intoMemorySegment(to, toAt, ORDER);
      at += rowBytes;
      toAt += toRow;
    }
  }

  private static void zeroColumn(int rows, MemorySegment to, long toAt, long toRow) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int r = 0; r < rows; r++) {
      zero.intoMemorySegment(to, toAt, ORDER);
      toAt += toRow;
    }
  }

  private static void copyElements(
      MemorySegment from,
      long at,
      long rowBytes,
      int rows,
      MemorySegment to,
      long toAt,
      long toRow) {
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, toAt, from.get(JAVA_FLOAT, at));
      at += rowBytes;
      toAt += toRow;
    }
  }

  /// Sets `n` floats, a multiple of one vector, to 0.
  static void zero(MemorySegment to, long at, int n) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i += LANES) {
      zero.intoMemorySegment(to, at + 4L * i, ORDER);
    }
  }

  /// Transposes up to `WIDTH` rows of `d` floats to `[d, WIDTH]`, times `factor`. Missing rows
  /// repeat the last one, so that every lane holds a finite number.
  static void transposed(
      MemorySegment from,
      long at,
      long rowBytes,
      int rows,
      int d,
      float factor,
      MemorySegment to,
      long toAt) {
    for (int r = 0; r < WIDTH; r += ROWS) {
      long first = at + Math.min(r, rows - 1) * rowBytes;
      if (r + ROWS <= rows) {
        transposeEight(from, first, rowBytes, d, factor, to, toAt + 4L * r);
      } else {
        for (int i = r; i < r + ROWS; i++) {
          long row = at + Math.min(i, rows - 1) * rowBytes;
          transposeOne(from, row, d, factor, to, toAt + 4L * i);
        }
      }
    }
  }

  private static void transposeEight(
      MemorySegment from,
      long at,
      long rowBytes,
      int d,
      float factor,
      MemorySegment to,
      long toAt) {
    for (int k = 0; k < d; k++) {
      to.set(JAVA_FLOAT, toAt, factor * from.get(JAVA_FLOAT, at));
      to.set(JAVA_FLOAT, toAt + 4, factor * from.get(JAVA_FLOAT, at + rowBytes));
      to.set(JAVA_FLOAT, toAt + 8, factor * from.get(JAVA_FLOAT, at + 2 * rowBytes));
      to.set(JAVA_FLOAT, toAt + 12, factor * from.get(JAVA_FLOAT, at + 3 * rowBytes));
      to.set(JAVA_FLOAT, toAt + 16, factor * from.get(JAVA_FLOAT, at + 4 * rowBytes));
      to.set(JAVA_FLOAT, toAt + 20, factor * from.get(JAVA_FLOAT, at + 5 * rowBytes));
      to.set(JAVA_FLOAT, toAt + 24, factor * from.get(JAVA_FLOAT, at + 6 * rowBytes));
      to.set(JAVA_FLOAT, toAt + 28, factor * from.get(JAVA_FLOAT, at + 7 * rowBytes));
      at += 4;
      toAt += 4L * WIDTH;
    }
  }

  private static void transposeOne(
      MemorySegment from, long at, int d, float factor, MemorySegment to, long toAt) {
    for (int k = 0; k < d; k++) {
      to.set(JAVA_FLOAT, toAt, factor * from.get(JAVA_FLOAT, at));
      at += 4;
      toAt += 4L * WIDTH;
    }
  }

  /// Copies rows of `lanes` floats back to a tensor of row size `d`, row `r` times the float at
  /// `factors + 4 r`.
  static void unpack(
      MemorySegment from,
      long at,
      int lanes,
      int rows,
      int d,
      long factors,
      long factorStep,
      MemorySegment to,
      long toAt,
      long toRow) {
    long fromRow = 4L * lanes;
    int j = 0;
    for (; j <= d - LANES; j += LANES) {
      long column = 4L * j;
      scaleColumn(from, at + column, fromRow, rows, factors, factorStep, to, toAt + column, toRow);
    }
    for (; j < d; j++) {
      long column = 4L * j;
      scaleElements(
          from, at + column, fromRow, rows, factors, factorStep, to, toAt + column, toRow);
    }
  }

  private static void scaleColumn(
      MemorySegment from,
      long at,
      long fromRow,
      int rows,
      long factor,
      long factorStep,
      MemorySegment to,
      long toAt,
      long toRow) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(SPECIES, from, at, ORDER)
          .mul(from.get(JAVA_FLOAT, factor))
          .intoMemorySegment(to, toAt, ORDER);
      at += fromRow;
      factor += factorStep;
      toAt += toRow;
    }
  }

  private static void scaleElements(
      MemorySegment from,
      long at,
      long fromRow,
      int rows,
      long factor,
      long factorStep,
      MemorySegment to,
      long toAt,
      long toRow) {
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, toAt, from.get(JAVA_FLOAT, at) * from.get(JAVA_FLOAT, factor));
      at += fromRow;
      factor += factorStep;
      toAt += toRow;
    }
  }
}
