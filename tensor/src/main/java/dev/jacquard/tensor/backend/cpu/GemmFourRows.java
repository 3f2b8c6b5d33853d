package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// The kernels of [GemmKernels] for four rows of `A`.
final class GemmFourRows {
  private static final long BYTES = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private GemmFourRows() {}

  /// As [GemmKernels#tile] says.
  static void tile(
      int vectors,
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    switch (vectors) {
      case 4 -> byFour(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
      case 3 -> byThree(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
      case 2 -> byTwo(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
      default -> byOne(a, ao, aRow, aStep, b, bo, bStep, kc, tile, to, toRow);
    }
  }

  private static void byFour(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
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
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + BYTES, ORDER);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * BYTES, ORDER);
      FloatVector b3 = FloatVector.fromMemorySegment(FLOATS, b, bo + 3 * BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      c03 = a0.fma(b3, c03);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      c13 = a1.fma(b3, c13);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      c23 = a2.fma(b3, c23);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      c33 = a3.fma(b3, c33);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    c01.intoMemorySegment(tile, to + BYTES, ORDER);
    c02.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c03.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    c11.intoMemorySegment(tile, to + BYTES, ORDER);
    c12.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c13.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    c21.intoMemorySegment(tile, to + BYTES, ORDER);
    c22.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c23.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
    c31.intoMemorySegment(tile, to + BYTES, ORDER);
    c32.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    c33.intoMemorySegment(tile, to + 3 * BYTES, ORDER);
  }

  private static void byThree(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c02 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c12 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c22 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    FloatVector c32 = zero;
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + BYTES, ORDER);
      FloatVector b2 = FloatVector.fromMemorySegment(FLOATS, b, bo + 2 * BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      c02 = a0.fma(b2, c02);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      c12 = a1.fma(b2, c12);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      c22 = a2.fma(b2, c22);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      c32 = a3.fma(b2, c32);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    c01.intoMemorySegment(tile, to + BYTES, ORDER);
    c02.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    c11.intoMemorySegment(tile, to + BYTES, ORDER);
    c12.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    c21.intoMemorySegment(tile, to + BYTES, ORDER);
    c22.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
    c31.intoMemorySegment(tile, to + BYTES, ORDER);
    c32.intoMemorySegment(tile, to + 2 * BYTES, ORDER);
  }

  private static void byTwo(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c01 = zero;
    FloatVector c10 = zero;
    FloatVector c11 = zero;
    FloatVector c20 = zero;
    FloatVector c21 = zero;
    FloatVector c30 = zero;
    FloatVector c31 = zero;
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(FLOATS, b, bo + BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    c01.intoMemorySegment(tile, to + BYTES, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    c11.intoMemorySegment(tile, to + BYTES, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    c21.intoMemorySegment(tile, to + BYTES, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
    c31.intoMemorySegment(tile, to + BYTES, ORDER);
  }

  private static void byOne(
      MemorySegment a,
      long ao,
      long aRow,
      long aStep,
      MemorySegment b,
      long bo,
      long bStep,
      int kc,
      MemorySegment tile,
      long to,
      long toRow) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector c00 = zero;
    FloatVector c10 = zero;
    FloatVector c20 = zero;
    FloatVector c30 = zero;
    for (int k = 0; k < kc; k++) {
      FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, b, bo, ORDER);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao));
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + aRow));
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 2 * aRow));
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a.get(FLOAT, ao + 3 * aRow));
      c30 = a3.fma(b0, c30);
      ao += aStep;
      bo += bStep;
    }
    c00.intoMemorySegment(tile, to, ORDER);
    to += toRow;
    c10.intoMemorySegment(tile, to, ORDER);
    to += toRow;
    c20.intoMemorySegment(tile, to, ORDER);
    to += toRow;
    c30.intoMemorySegment(tile, to, ORDER);
  }
}
