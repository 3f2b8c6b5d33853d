package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// `dx = f'(x) · dy` over `n` floats from byte offset `at`, from the argument or the result of the
/// forward pass, whichever is cheaper.
final class UnaryBackwardLoops {
  private UnaryBackwardLoops() {}

  static void backward(
      Unary f,
      MemorySegment dy,
      MemorySegment x,
      MemorySegment y,
      MemorySegment dx,
      long at,
      int n) {
    switch (f) {
      case NEG -> RowLoops.affine(dy, at, -1f, -0f, dx, at, n);
      case EXP -> BinaryLoops.mul(dy, at, y, at, dx, at, n);
      case LOG -> BinaryLoops.div(dy, at, x, at, dx, at, n);
      case SQRT -> sqrt(dy, y, dx, at, n);
      case TANH -> tanh(dy, y, dx, at, n);
      case SIGMOID -> sigmoid(dy, y, dx, at, n);
      case SILU -> silu(dy, x, dx, at, n);
      case RELU -> relu(dy, x, dx, at, n);
      case LOG1P, EXPM1, ERF, GELU, GELU_TANH -> ActivationLoops.backward(f, dy, x, y, dx, at, n);
      case ABS, SIGN, FLOOR, ROUND, SQUARE, RECIPROCAL, RSQRT, SIN, COS, ATANH ->
          PlainLoops.backward(f, dy, x, y, dx, at, n);
    }
  }

  /// `0.5 · dy / y`.
  private static void sqrt(MemorySegment dy, MemorySegment y, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(y, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      d.mul(0.5f).div(v).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(y, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * 0.5f / v);
    }
  }

  /// `dy · (1 - y²)`.
  private static void tanh(MemorySegment dy, MemorySegment y, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(y, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      d.mul(v.neg().lanewise(FMA, v, 1f)).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(y, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * Math.fma(-v, v, 1f));
    }
  }

  /// `dy · y · (1 - y)`.
  private static void sigmoid(MemorySegment dy, MemorySegment y, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(y, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      d.mul(v.neg().fma(v, v)).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(y, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * Math.fma(-v, v, v));
    }
  }

  /// `dy` where `x > 0`, else 0.
  private static void relu(MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      d.blend(0f, v.compare(GT, 0f).not()).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, v > 0f ? d : 0f);
    }
  }

  /// `dy · (s + x·s - s·x·s)` with `s = sigmoid(x)`.
  private static void silu(MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector s = VectorMath.sigmoid(v);
      FloatVector slope = s.neg().fma(v.mul(s), v.mul(s).add(s));
      Lanes.load(dy, at + 4L * i).mul(slope).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float s = VectorMath.sigmoid(v);
      float slope = Math.fma(-s, v * s, v * s + s);
      Lanes.set(dx, at + 4L * i, Lanes.get(dy, at + 4L * i) * slope);
    }
  }
}
