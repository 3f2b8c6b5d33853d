package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// How the row kernels read and write memory: vectors of [VectorWidth#FLOATS] and single floats.
/// Offsets are in bytes.
final class Lanes {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Lanes() {}

  static FloatVector load(MemorySegment from, long offset) {
    return FloatVector.fromMemorySegment(VectorWidth.FLOATS, from, offset, ORDER);
  }

  static void store(FloatVector value, MemorySegment to, long offset) {
    value.intoMemorySegment(to, offset, ORDER);
  }

  static FloatVector splat(float value) {
    return FloatVector.broadcast(VectorWidth.FLOATS, value);
  }

  static float get(MemorySegment from, long offset) {
    return from.get(JAVA_FLOAT, offset);
  }

  static void set(MemorySegment to, long offset, float value) {
    to.set(JAVA_FLOAT, offset, value);
  }
}
