package dev.jacquard.tensor.backend.cpu;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// The error function and the normal distribution function of f32 vectors, and of single elements
/// for the ends of rows; twins with the same bits, as in [VectorMath].
final class GaussMath {
  /* Coefficients are minimax fits (Remez) of relative error, rounded to f32:
   *   s(z) = erf(x)/x                      on z = x², 0 <= x <= 1,            error 0.02 · 2⁻²⁴
   *   l(t) = erfc(x) exp(x²) / t           on t = 1/(1 + x/2), 1 <= x <= 10,  error 0.18 · 2⁻²⁴
   * The exponential is handed in, since derivatives need it too. */

  /// `1 / √(2π)`: the density of the normal distribution is this times [#bell].
  static final float DENSITY = 0.3989423f;

  private static final float ROOT_HALF = 0.70710677f;
  private static final float GELU_SCALE = 1.5957692f; // 2 √(2/π)
  private static final float GELU_CUBE = 0.044715f;

  private static final float S0 = 1.1283791f;
  private static final float S1 = -0.37612626f;
  private static final float S2 = 0.112835854f;
  private static final float S3 = -0.026853811f;
  private static final float S4 = 0.005188327f;
  private static final float S5 = -0.0008010187f;
  private static final float S6 = 7.853839e-05f;
  private static final float L0 = 0.28209913f;
  private static final float L1 = 0.2820255f;
  private static final float L2 = 0.24707867f;
  private static final float L3 = 0.1782816f;
  private static final float L4 = 0.0622541f;
  private static final float L5 = 0.08064471f;
  private static final float L6 = -0.22484563f;
  private static final float L7 = 0.09303109f;

  private GaussMath() {}

  /// `exp(-x²/2)`.
  static FloatVector bell(FloatVector x) {
    return VectorMath.exp(x.mul(x).mul(-0.5f));
  }

  /// As [#bell(FloatVector)], for one element.
  static float bell(float x) {
    return VectorMath.exp(x * x * -0.5f);
  }

  /// `Φ(x)`, the probability that a normally distributed number is below `x`, if `|x| >= √2`, else
  /// 0. The sum with [#cdfNear] is the whole function; the JIT compiler cannot take both at once.
  ///
  /// @param bell what [#bell] says of `x`
  static FloatVector cdfFar(FloatVector x, FloatVector bell) {
    FloatVector z = x.mul(ROOT_HALF);
    FloatVector size = z.abs();
    FloatVector tail = complement(size).mul(bell).mul(0.5f);
    FloatVector far = tail.blend(tail.neg().add(1f), z.compare(LT, 0f).not());
    return far.blend(0f, size.compare(LT, 1f));
  }

  /// As [#cdfFar(FloatVector, FloatVector)], for one element.
  static float cdfFar(float x, float bell) {
    float z = x * ROOT_HALF;
    float size = Math.abs(z);
    float tail = complement(size) * bell * 0.5f;
    float far = z < 0f ? tail : -tail + 1f;
    return size < 1f ? 0f : far;
  }

  /// `Φ(x)` if `|x| < √2`, else 0.
  static FloatVector cdfNear(FloatVector x) {
    FloatVector z = x.mul(ROOT_HALF);
    FloatVector near = near(z).lanewise(FMA, 0.5f, 0.5f);
    return near.blend(0f, z.abs().compare(LT, 1f).not());
  }

  /// As [#cdfNear(FloatVector)], for one element.
  static float cdfNear(float x) {
    float z = x * ROOT_HALF;
    return Math.abs(z) < 1f ? Math.fma(near(z), 0.5f, 0.5f) : 0f;
  }

  /// `exp(-x²)`.
  static FloatVector narrowBell(FloatVector x) {
    return VectorMath.exp(x.mul(x).neg());
  }

  /// As [#narrowBell(FloatVector)], for one element.
  static float narrowBell(float x) {
    return VectorMath.exp(-(x * x));
  }

  /// `erf(x)`.
  ///
  /// @param bell what [#narrowBell] says of `x`
  static FloatVector erf(FloatVector x, FloatVector bell) {
    FloatVector size = x.abs();
    FloatVector far = complement(size).mul(bell).neg().add(1f);
    IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
    FloatVector signed = far.reinterpretAsInts().or(sign).reinterpretAsFloats();
    return near(x).blend(signed, size.compare(LT, 1f).not());
  }

  /// As [#erf(FloatVector, FloatVector)], for one element.
  static float erf(float x, float bell) {
    float size = Math.abs(x);
    float far = -(complement(size) * bell) + 1f;
    return size < 1f ? near(x) : Math.copySign(far, x);
  }

  /// `2u = 2 √(2/π) (x + 0.044715 x³)`, the argument of the sigmoid in GELU's approximation.
  static FloatVector tanhArgument(FloatVector x) {
    FloatVector cube = x.mul(x).mul(GELU_CUBE);
    return x.mul(GELU_SCALE).mul(cube.add(1f));
  }

  /// As [#tanhArgument(FloatVector)], for one element.
  static float tanhArgument(float x) {
    return x * GELU_SCALE * (x * x * GELU_CUBE + 1f);
  }

  /// Derivative of [#tanhArgument].
  static FloatVector tanhSlope(FloatVector x) {
    FloatVector square = x.mul(x).mul(3 * GELU_CUBE);
    return square.add(1f).mul(GELU_SCALE);
  }

  /// As [#tanhSlope(FloatVector)], for one element.
  static float tanhSlope(float x) {
    return (x * x * (3 * GELU_CUBE) + 1f) * GELU_SCALE;
  }

  /// `erf(x)` for `|x| < 1`.
  private static FloatVector near(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = z.lanewise(FMA, S6, S5);
    p = p.lanewise(FMA, z, S4);
    p = p.lanewise(FMA, z, S3);
    p = p.lanewise(FMA, z, S2);
    p = p.lanewise(FMA, z, S1);
    p = p.lanewise(FMA, z, S0);
    return p.mul(x);
  }

  private static float near(float x) {
    float z = x * x;
    float p = Math.fma(z, S6, S5);
    p = Math.fma(p, z, S4);
    p = Math.fma(p, z, S3);
    p = Math.fma(p, z, S2);
    p = Math.fma(p, z, S1);
    p = Math.fma(p, z, S0);
    return p * x;
  }

  /// `erfc(x) · exp(x²)` for `x >= 1`.
  private static FloatVector complement(FloatVector x) {
    FloatVector t = x.broadcast(1f).div(x.lanewise(FMA, 0.5f, 1f));
    FloatVector p = t.lanewise(FMA, L7, L6);
    p = p.lanewise(FMA, t, L5);
    p = p.lanewise(FMA, t, L4);
    p = p.lanewise(FMA, t, L3);
    p = p.lanewise(FMA, t, L2);
    p = p.lanewise(FMA, t, L1);
    p = p.lanewise(FMA, t, L0);
    return p.mul(t);
  }

  private static float complement(float x) {
    float t = 1f / Math.fma(x, 0.5f, 1f);
    float p = Math.fma(t, L7, L6);
    p = Math.fma(p, t, L5);
    p = Math.fma(p, t, L4);
    p = Math.fma(p, t, L3);
    p = Math.fma(p, t, L2);
    p = Math.fma(p, t, L1);
    p = Math.fma(p, t, L0);
    return p * t;
  }
}
