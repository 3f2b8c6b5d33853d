package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Error function, GELU and the two functions exact near 0, with their derivatives: `y = f(x)` and
/// `dx = f'(x) · dy` over `n` floats from byte offset `at`.
///
/// One exponential or logarithm a loop (see [VectorMath]): a first loop leaves it in the result,
/// where a second one finds it.
final class ActivationLoops {
  private static final float TWO_OVER_ROOT_PI = 1.1283792f;

  private ActivationLoops() {}

  static void forward(Unary f, MemorySegment x, MemorySegment y, long at, int n) {
    switch (f) {
      case LOG1P -> log1p(x, y, at, n);
      case EXPM1 -> expm1(x, y, at, n);
      case ERF -> erf(x, y, at, n);
      case GELU -> gelu(x, y, at, n);
      case GELU_TANH -> geluTanh(x, y, at, n);
      default -> throw new AssertionError(f);
    }
  }

  static void backward(
      Unary f,
      MemorySegment dy,
      MemorySegment x,
      MemorySegment y,
      MemorySegment dx,
      long at,
      int n) {
    switch (f) {
      case LOG1P -> log1pBackward(dy, x, dx, at, n);
      case EXPM1 -> expm1Backward(dy, y, dx, at, n);
      case ERF -> erfBackward(dy, x, dx, at, n);
      case GELU -> geluBackward(dy, x, dx, at, n);
      case GELU_TANH -> geluTanhBackward(dy, x, dx, at, n);
      default -> throw new AssertionError(f);
    }
  }

  /// `ln(1 + x)`.
  private static void log1p(MemorySegment x, MemorySegment y, long at, int n) {
    RowLoops.affine(x, at, 1f, 1f, y, at, n);
    UnaryLoops.forward(Unary.LOG, y, y, at, n);
    log1pOfLog(x, y, at, n);
  }

  private static void log1pOfLog(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMath.log1p(v, Lanes.load(y, at + 4L * i))
          .intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.log1p(v, Lanes.get(y, at + 4L * i)));
    }
  }

  /// `eˣ - 1`.
  private static void expm1(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      VectorMath.expm1(v).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.expm1(v));
    }
  }

  /// Error function.
  private static void erf(MemorySegment x, MemorySegment y, long at, int n) {
    narrowBell(x, y, at, n);
    erfOfBell(x, y, at, n);
  }

  private static void narrowBell(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      GaussMath.narrowBell(Lanes.load(x, at + 4L * i))
          .intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      Lanes.set(y, at + 4L * i, GaussMath.narrowBell(Lanes.get(x, at + 4L * i)));
    }
  }

  private static void erfOfBell(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      GaussMath.erf(v, Lanes.load(y, at + 4L * i)).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, GaussMath.erf(v, Lanes.get(y, at + 4L * i)));
    }
  }

  /// `x · Φ(x)`.
  private static void gelu(MemorySegment x, MemorySegment y, long at, int n) {
    bell(x, y, at, n);
    far(x, y, at, n);
    geluOfFar(x, y, at, n);
  }

  private static void bell(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      GaussMath.bell(Lanes.load(x, at + 4L * i)).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      Lanes.set(y, at + 4L * i, GaussMath.bell(Lanes.get(x, at + 4L * i)));
    }
  }

  /// `Φ(x)` for large `|x|`, of the bell in `y`.
  private static void far(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      GaussMath.cdfFar(v, Lanes.load(y, at + 4L * i))
          .intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, GaussMath.cdfFar(v, Lanes.get(y, at + 4L * i)));
    }
  }

  private static void geluOfFar(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.load(y, at + 4L * i)
          .add(GaussMath.cdfNear(v))
          .mul(v)
          .intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, (Lanes.get(y, at + 4L * i) + GaussMath.cdfNear(v)) * v);
    }
  }

  /// `x · sigmoid(2u)`.
  private static void geluTanh(MemorySegment x, MemorySegment y, long at, int n) {
    gate(x, y, at, n);
    BinaryLoops.mul(x, at, y, at, y, at, n);
  }

  /// `sigmoid(2u)`.
  private static void gate(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector u = GaussMath.tanhArgument(Lanes.load(x, at + 4L * i));
      VectorMath.sigmoid(u).intoMemorySegment(y, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      Lanes.set(
          y, at + 4L * i, VectorMath.sigmoid(GaussMath.tanhArgument(Lanes.get(x, at + 4L * i))));
    }
  }

  /// `dy / (1 + x)`.
  private static void log1pBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      d.div(v.add(1f)).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d / (v + 1f));
    }
  }

  /// `dy · (y + 1)`, from the result.
  private static void expm1Backward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      d.mul(v.add(1f)).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * (v + 1f));
    }
  }

  /// `dy · 2/√π · exp(-x²)`.
  private static void erfBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      VectorMath.exp(v.mul(v).neg())
          .mul(TWO_OVER_ROOT_PI)
          .mul(d)
          .intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, VectorMath.exp(-(v * v)) * TWO_OVER_ROOT_PI * d);
    }
  }

  /// `dy · (Φ(x) + x · φ(x))` with the density `φ = exp(-x²/2) / √(2π)`.
  private static void geluBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    bell(x, dx, at, n);
    farSlope(x, dx, at, n);
    geluSlope(dy, x, dx, at, n);
  }

  /// `Φ(x) + x · φ(x)`, but the former for large `|x|` only, of the bell in `dx`.
  private static void farSlope(MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector bell = Lanes.load(dx, at + 4L * i);
      FloatVector far = GaussMath.cdfFar(v, bell);
      v.mul(bell).mul(GaussMath.DENSITY).add(far).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float bell = Lanes.get(dx, at + 4L * i);
      float far = GaussMath.cdfFar(v, bell);
      Lanes.set(dx, at + 4L * i, v * bell * GaussMath.DENSITY + far);
    }
  }

  private static void geluSlope(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector near = GaussMath.cdfNear(Lanes.load(x, at + 4L * i));
      FloatVector slope = Lanes.load(dx, at + 4L * i).add(near);
      Lanes.load(dy, at + 4L * i).mul(slope).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float slope = Lanes.get(dx, at + 4L * i) + GaussMath.cdfNear(Lanes.get(x, at + 4L * i));
      Lanes.set(dx, at + 4L * i, Lanes.get(dy, at + 4L * i) * slope);
    }
  }

  /// `dy · (s + x · s · (1 - s) · 2u')` with `s = sigmoid(2u)`.
  private static void geluTanhBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    gate(x, dx, at, n);
    geluTanhSlope(dy, x, dx, at, n);
  }

  private static void geluTanhSlope(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector s = Lanes.load(dx, at + 4L * i);
      FloatVector steep = s.neg().fma(s, s).mul(v).mul(GaussMath.tanhSlope(v));
      Lanes.load(dy, at + 4L * i).mul(s.add(steep)).intoMemorySegment(dx, at + 4L * i, Lanes.ORDER);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float s = Lanes.get(dx, at + 4L * i);
      float steep = Math.fma(-s, s, s) * v * GaussMath.tanhSlope(v);
      Lanes.set(dx, at + 4L * i, Lanes.get(dy, at + 4L * i) * (s + steep));
    }
  }
}
