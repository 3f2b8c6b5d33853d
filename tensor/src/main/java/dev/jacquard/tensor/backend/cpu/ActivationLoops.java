package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Error function, GELU and the two functions exact near 0, with their derivatives: `y = f(x)` and
/// `dx = f'(x) · dy` over `n` floats from byte offset `at`, one exponential or logarithm a loop.
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
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(VectorMath.log1p(v), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.log1p(v));
    }
  }

  /// `eˣ - 1`.
  private static void expm1(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(VectorMath.expm1(v), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, VectorMath.expm1(v));
    }
  }

  /// Error function.
  private static void erf(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(GaussMath.erf(v), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, GaussMath.erf(v));
    }
  }

  /// `x · Φ(x)`.
  private static void gelu(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(v.mul(GaussMath.cdf(v, GaussMath.bell(v))), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, v * GaussMath.cdf(v, GaussMath.bell(v)));
    }
  }

  /// `x · sigmoid(2u)`.
  private static void geluTanh(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(v.mul(VectorMath.sigmoid(GaussMath.tanhArgument(v))), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, v * VectorMath.sigmoid(GaussMath.tanhArgument(v)));
    }
  }

  /// `dy / (1 + x)`.
  private static void log1pBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      Lanes.store(d.div(v.add(1f)), dx, at + 4L * i);
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
      Lanes.store(d.mul(v.add(1f)), dx, at + 4L * i);
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
      Lanes.store(VectorMath.exp(v.mul(v).neg()).mul(TWO_OVER_ROOT_PI).mul(d), dx, at + 4L * i);
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
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector bell = GaussMath.bell(v);
      FloatVector slope = v.mul(bell).mul(GaussMath.DENSITY).add(GaussMath.cdf(v, bell));
      Lanes.store(Lanes.load(dy, at + 4L * i).mul(slope), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float bell = GaussMath.bell(v);
      float slope = v * bell * GaussMath.DENSITY + GaussMath.cdf(v, bell);
      Lanes.set(dx, at + 4L * i, Lanes.get(dy, at + 4L * i) * slope);
    }
  }

  /// `dy · (s + x · s · (1 - s) · 2u')` with `s = sigmoid(2u)`.
  private static void geluTanhBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector s = VectorMath.sigmoid(GaussMath.tanhArgument(v));
      FloatVector steep = s.neg().fma(s, s).mul(v).mul(GaussMath.tanhSlope(v));
      Lanes.store(Lanes.load(dy, at + 4L * i).mul(s.add(steep)), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float s = VectorMath.sigmoid(GaussMath.tanhArgument(v));
      float steep = Math.fma(-s, s, s) * v * GaussMath.tanhSlope(v);
      Lanes.set(dx, at + 4L * i, Lanes.get(dy, at + 4L * i) * (s + steep));
    }
  }
}
