package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Functions of one element that need no exponential, with their derivatives: `y = f(x)` and `dx =
/// f'(x) · dy` over `n` floats from byte offset `at`.
///
/// Sine, cosine and inverse hyperbolic tangent are computed one by one in f64 with [StrictMath],
/// which has the same bits everywhere; no model has them where it hurts. Rounding has no vector
/// operation in the API, but the JIT compiler makes vectors of those loops itself.
final class PlainLoops {
  private PlainLoops() {}

  static void forward(Unary f, MemorySegment x, MemorySegment y, long at, int n) {
    switch (f) {
      case ABS -> abs(x, y, at, n);
      case SIGN -> sign(x, y, at, n);
      case FLOOR -> floor(x, y, at, n);
      case ROUND -> round(x, y, at, n);
      case SQUARE -> square(x, y, at, n);
      case RECIPROCAL -> reciprocal(x, y, at, n);
      case RSQRT -> rsqrt(x, y, at, n);
      case SIN -> sin(x, y, at, n);
      case COS -> cos(x, y, at, n);
      case ATANH -> atanh(x, y, at, n);
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
      case ABS -> absBackward(dy, x, dx, at, n);
      case SIGN, FLOOR, ROUND -> RowLoops.fill(dx, at, 0f, n);
      case SQUARE -> squareBackward(dy, x, dx, at, n);
      case RECIPROCAL -> reciprocalBackward(dy, y, dx, at, n);
      case RSQRT -> rsqrtBackward(dy, y, dx, at, n);
      case SIN -> sinBackward(dy, x, dx, at, n);
      case COS -> cosBackward(dy, x, dx, at, n);
      case ATANH -> atanhBackward(dy, x, dx, at, n);
      default -> throw new AssertionError(f);
    }
  }

  /// `|x|`.
  private static void abs(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(v.abs(), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, Math.abs(v));
    }
  }

  /// -1, 0 or 1.
  private static void sign(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(v.blend(1f, v.compare(GT, 0f)).blend(-1f, v.compare(LT, 0f)), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, Math.signum(v));
    }
  }

  /// Largest whole number not above `x`.
  private static void floor(MemorySegment x, MemorySegment y, long at, int n) {
    for (int i = 0; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, (float) Math.floor(v));
    }
  }

  /// Nearest whole number.
  private static void round(MemorySegment x, MemorySegment y, long at, int n) {
    for (int i = 0; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, (float) Math.rint(v));
    }
  }

  /// `x²`.
  private static void square(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(v.mul(v), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, v * v);
    }
  }

  /// `1 / x`.
  private static void reciprocal(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(v.broadcast(1f).div(v), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, 1f / v);
    }
  }

  /// `1 / √x`.
  private static void rsqrt(MemorySegment x, MemorySegment y, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      Lanes.store(v.broadcast(1f).div(v.sqrt()), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, 1f / (float) Math.sqrt(v));
    }
  }

  /// Sine.
  private static void sin(MemorySegment x, MemorySegment y, long at, int n) {
    for (int i = 0; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, (float) StrictMath.sin(v));
    }
  }

  /// Cosine.
  private static void cos(MemorySegment x, MemorySegment y, long at, int n) {
    for (int i = 0; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, (float) StrictMath.cos(v));
    }
  }

  /// `½ ln((1 + x) / (1 - x))`.
  private static void atanh(MemorySegment x, MemorySegment y, long at, int n) {
    for (int i = 0; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      Lanes.set(y, at + 4L * i, (float) (0.5 * (StrictMath.log1p(v) - StrictMath.log1p(-v))));
    }
  }

  /// `dy · sign x`.
  private static void absBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      Lanes.store(
          d.mul(v.blend(1f, v.compare(GT, 0f)).blend(-1f, v.compare(LT, 0f))), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * Math.signum(v));
    }
  }

  /// `dy · 2x`.
  private static void squareBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      Lanes.store(d.mul(v.add(v)), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * (v + v));
    }
  }

  /// `-dy · y²`, from the result.
  private static void reciprocalBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      Lanes.store(d.mul(v.mul(v)).neg(), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, -(d * (v * v)));
    }
  }

  /// `-½ · dy · y³`, from the result.
  private static void rsqrtBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      Lanes.store(d.mul(v.mul(v).mul(v)).mul(-0.5f), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * (v * v * v) * -0.5f);
    }
  }

  /// `dy · cos x`.
  private static void sinBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    for (int i = 0; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d * (float) StrictMath.cos(v));
    }
  }

  /// `-dy · sin x`.
  private static void cosBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    for (int i = 0; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, -d * (float) StrictMath.sin(v));
    }
  }

  /// `dy / (1 - x²)`.
  private static void atanhBackward(
      MemorySegment dy, MemorySegment x, MemorySegment dx, long at, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = Lanes.load(x, at + 4L * i);
      FloatVector d = Lanes.load(dy, at + 4L * i);
      Lanes.store(d.div(v.broadcast(1f).sub(v).mul(v.add(1f))), dx, at + 4L * i);
    }
    for (; i < n; i++) {
      float v = Lanes.get(x, at + 4L * i);
      float d = Lanes.get(dy, at + 4L * i);
      Lanes.set(dx, at + 4L * i, d / ((1f - v) * (v + 1f)));
    }
  }
}
