package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// SwiGLU over `n` floats from byte offset `at` of each operand.
final class GatedLoops {
  private GatedLoops() {}

  /// `y = gate · sigmoid(gate) · up`.
  static void swiGlu(MemorySegment gate, MemorySegment up, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector g = Lanes.load(gate, at + 4L * i);
      FloatVector u = Lanes.load(up, at + 4L * i);
      Lanes.store(g.mul(VectorMath.sigmoid(g)).mul(u), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float g = Lanes.get(gate, at + 4L * i);
      Lanes.set(y, at + 4L * i, g * VectorMath.sigmoid(g) * Lanes.get(up, at + 4L * i));
    }
  }

  /// With `s = sigmoid(gate)`: `dUp = dy · gate · s` and `dGate = dy · up · slope`, where `slope =
  /// s · (1 + gate · (1 - s)) = s + silu - s · silu` and `silu = gate · s`.
  static void swiGluBackward(
      MemorySegment dy,
      MemorySegment gate,
      MemorySegment up,
      MemorySegment dGate,
      MemorySegment dUp,
      long at,
      int n) {
    UnaryLoops.forward(Unary.SIGMOID, gate, dGate, at, n);
    swiGluSlopes(dy, gate, up, dGate, dUp, at, n);
  }

  /// Likewise, where `dGate` holds `s` before.
  private static void swiGluSlopes(
      MemorySegment dy,
      MemorySegment gate,
      MemorySegment up,
      MemorySegment dGate,
      MemorySegment dUp,
      long at,
      int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector s = Lanes.load(dGate, at + 4L * i);
      FloatVector silu = Lanes.load(gate, at + 4L * i).mul(s);
      FloatVector slope = s.neg().fma(silu, silu.add(s));
      FloatVector d = Lanes.load(dy, at + 4L * i);
      Lanes.store(d.mul(Lanes.load(up, at + 4L * i)).mul(slope), dGate, at + 4L * i);
      Lanes.store(d.mul(silu), dUp, at + 4L * i);
    }
    for (; i < n; i++) {
      float s = Lanes.get(dGate, at + 4L * i);
      float silu = Lanes.get(gate, at + 4L * i) * s;
      float slope = Math.fma(-s, silu, silu + s);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dGate, at + 4L * i, d * Lanes.get(up, at + 4L * i) * slope);
      Lanes.set(dUp, at + 4L * i, d * silu);
    }
  }
}
