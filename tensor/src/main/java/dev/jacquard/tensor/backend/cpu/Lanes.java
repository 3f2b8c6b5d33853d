package dev.jacquard.tensor.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/// How the row kernels read and write memory: vectors of [VectorWidth#FLOATS] and single floats.
/// Offsets are in bytes.
final class Lanes {
  /* The JIT compiler inlines these small methods where they are often reached. Where a branch is seldom taken, such as the
   * odd vector after a loop over pairs, it may call them instead and put the vector on the heap: such branches use
   * FloatVector itself, whose methods are always inlined. So do stores after a long formula (log, tanh, erf), with which a
   * loop comes near the 18,000 nodes where inlining of other methods ends. */

  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);

  private Lanes() {}

  /// Exchanges neighbouring groups of lanes.
  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(
        VectorWidth.FLOATS, lane -> (lane ^ distance) & (VectorWidth.LANES - 1));
  }

  static FloatVector load(MemorySegment from, long offset) {
    return FloatVector.fromMemorySegment(VectorWidth.FLOATS, from, offset, ORDER);
  }

  static void store(FloatVector value, MemorySegment to, long offset) {
    value.intoMemorySegment(to, offset, ORDER);
  }

  /// Sum of the lanes, halves folded onto each other. Unlike `reduceLanes`, whose order of
  /// additions depends on whether the method has been compiled yet, this always has the same bits.
  static float sum(FloatVector v) {
    if (VectorWidth.LANES >= 16) {
      v = v.add(v.rearrange(SWAP_8));
    }
    if (VectorWidth.LANES >= 8) {
      v = v.add(v.rearrange(SWAP_4));
    }
    v = v.add(v.rearrange(SWAP_2));
    return v.lane(0) + v.lane(1);
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
