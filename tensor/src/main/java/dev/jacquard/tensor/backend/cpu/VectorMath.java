package dev.jacquard.tensor.backend.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/// exp, log, tanh, sigmoid, expm1 and log1p of f32 vectors, and of single elements for the ends of
/// rows.
///
/// A vector function and its scalar twin do the same operations in the same order, each rounded as
/// IEEE 754 says, so an element has the same bits on every machine, at every vector width and in
/// the scalar tail. That is why the API's own `lanewise(EXP)` is not used: it calls whatever
/// library the platform has. Largest errors, in units of the last place: exp 1.02, log 0.85, tanh
/// 1.33, sigmoid 2.48. Results below the smallest normal number become 0; `±∞` and NaN are as in
/// [Math].
///
/// Use at most one exponential or logarithm in a loop body, and little else: beyond some 18,000
/// nodes of its graph the JIT compiler stops inlining, and vectors are boxed. That is why some
/// functions here are handed the exponential of their argument: a loop before has computed it.
final class VectorMath {
  /* Coefficients are minimax fits (Remez) of relative error, rounded to f32:
   *   q(r) = (eʳ - 1 - r) / r²         on |r| <= ln 2 / 2,           error 0.05 · 2⁻²⁴ in eʳ
   *   l(f) = (ln(1+f) - f + f²/2) / f³ on √½ - 1 <= f <= √2 - 1,     error 0.10 · 2⁻²⁴ in the logarithm
   *   h(z) = (tanh(x)/x - 1) / x²      on z = x², |x| <= 0.625,      error 0.07 · 2⁻²⁴ in tanh
   * Argument reduction in two steps after Cody & Waite 1980.
   *
   * Constants are numbers. Constant vectors in static fields need less of the JIT compiler's graph but were slower: exp 2.2
   * instead of 3.6 Gelem/s. */

  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HI = 0x1.62e4p-1f; // nine low bits are 0: k · LN2_HI is exact
  private static final float LN2_LO = 1.4286068e-6f;

  /// Adding it rounds to an integer, which then stands in the low bits of the sum.
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  private static final float EXP_MIN = -87.33654f; // below, the result is less than 2⁻¹²⁶
  private static final float EXP_MAX = 88.72283f; // above, it is more than the largest f32

  private static final float EXPM1_MIN = -25f; // there and below, the result rounds to -1
  private static final int HALF_BITS = 0x3f000000;

  private static final float Q0 = 0.49999994f;
  private static final float Q1 = 0.1666652f;
  private static final float Q2 = 0.041668393f;
  private static final float Q3 = 0.008368781f;
  private static final float Q4 = 0.0013814468f;

  private static final float L0 = 0.3333333f;
  private static final float L1 = -0.2500082f;
  private static final float L2 = 0.20001227f;
  private static final float L3 = -0.16623357f;
  private static final float L4 = 0.14201759f;
  private static final float L5 = -0.13160183f;
  private static final float L6 = 0.12761575f;
  private static final float L7 = -0.07634495f;
  private static final int SQRT_HALF_BITS = 0x3f3504f3;
  private static final float SUBNORMAL_SCALE = 0x1p25f;
  private static final float SUBNORMAL_EXPONENT = 25f;

  private static final float H0 = -0.33333284f;
  private static final float H1 = 0.13331491f;
  private static final float H2 = -0.053743497f;
  private static final float H3 = 0.020650588f;
  private static final float H4 = -0.005717045f;
  private static final float TANH_SMALL = 0.625f;

  private VectorMath() {}

  /// `eˣ = 2ᵏ · eʳ` where `x = k · ln 2 + r`.
  ///
  /// @param x any values
  /// @return 0 below -87.33654, `∞` above 88.72283
  static FloatVector exp(FloatVector x) {
    FloatVector t = x.lanewise(FMA, LOG2_E, ROUNDER);
    FloatVector k = t.sub(ROUNDER);
    FloatVector r = k.lanewise(FMA, -LN2_HI, x);
    r = k.lanewise(FMA, -LN2_LO, r);
    FloatVector q = r.lanewise(FMA, Q4, Q3);
    q = q.lanewise(FMA, r, Q2);
    q = q.lanewise(FMA, r, Q1);
    q = q.lanewise(FMA, r, Q0);
    FloatVector power = q.mul(r).fma(r, r).add(1f);
    IntVector exponent = t.reinterpretAsInts().lanewise(LSHL, 23); // ROUNDER's own bits fall out
    FloatVector y = power.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    y = x.mul(INFINITY).blend(y, x.compare(LE, EXP_MAX)); // ∞ above, NaN stays NaN
    return y.blend(0f, x.compare(LT, EXP_MIN));
  }

  /// As [#exp(FloatVector)], for one element.
  static float exp(float x) {
    float t = Math.fma(x, LOG2_E, ROUNDER);
    float k = t - ROUNDER;
    float r = Math.fma(k, -LN2_HI, x);
    r = Math.fma(k, -LN2_LO, r);
    float q = Math.fma(r, Q4, Q3);
    q = Math.fma(q, r, Q2);
    q = Math.fma(q, r, Q1);
    q = Math.fma(q, r, Q0);
    float power = Math.fma(q * r, r, r) + 1f;
    float y =
        Float.intBitsToFloat(Float.floatToRawIntBits(power) + (Float.floatToRawIntBits(t) << 23));
    y = x <= EXP_MAX ? y : x * INFINITY;
    return x < EXP_MIN ? 0f : y;
  }

  /// `ln x = k · ln 2 + ln(1 + f)` where `x = 2ᵏ · (1 + f)`.
  ///
  /// @param x any values
  /// @return `-∞` at 0, NaN below
  static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(LT, Float.MIN_NORMAL);
    FloatVector scaled = x.blend(x.mul(SUBNORMAL_SCALE), subnormal);
    IntVector bits = scaled.reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
    FloatVector f = bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats().sub(1f);
    FloatVector k = exponent.add(ROUNDER_BITS).reinterpretAsFloats().sub(ROUNDER); // as a float
    k = k.blend(k.sub(SUBNORMAL_EXPONENT), subnormal);
    FloatVector l = f.lanewise(FMA, L7, L6);
    l = l.lanewise(FMA, f, L5);
    l = l.lanewise(FMA, f, L4);
    l = l.lanewise(FMA, f, L3);
    l = l.lanewise(FMA, f, L2);
    l = l.lanewise(FMA, f, L1);
    l = l.lanewise(FMA, f, L0);
    FloatVector square = f.mul(f);
    FloatVector low = l.mul(f).fma(square, k.mul(LN2_LO)); // f³ l(f) + k · LN2_LO
    low = square.lanewise(FMA, -0.5f, low);
    FloatVector y = k.lanewise(FMA, LN2_HI, low.add(f));
    y = y.blend(x, x.compare(LT, INFINITY).not()).blend(-INFINITY, x.compare(EQ, 0f));
    return y.blend(Float.NaN, x.compare(LT, 0f));
  }

  /// As [#log(FloatVector)], for one element.
  static float log(float x) {
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * SUBNORMAL_SCALE : x);
    int exponent = (bits - SQRT_HALF_BITS) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
    float k = subnormal ? exponent - SUBNORMAL_EXPONENT : exponent;
    float l = Math.fma(f, L7, L6);
    l = Math.fma(l, f, L5);
    l = Math.fma(l, f, L4);
    l = Math.fma(l, f, L3);
    l = Math.fma(l, f, L2);
    l = Math.fma(l, f, L1);
    l = Math.fma(l, f, L0);
    float square = f * f;
    float low = Math.fma(l * f, square, k * LN2_LO);
    low = Math.fma(square, -0.5f, low);
    float y = Math.fma(k, LN2_HI, low + f);
    y = x < INFINITY ? y : x;
    y = x == 0f ? -INFINITY : y;
    return x < 0f ? Float.NaN : y;
  }

  /// `tanh x = 1 - 2 / (e²ˣ + 1)` for large `x`, a polynomial below 0.625, the sign put back at the
  /// end.
  ///
  /// @param x any values
  /// @param power what [#tanhPower] says of `x`
  /// @return in `[-1, 1]`
  static FloatVector tanh(FloatVector x, FloatVector power) {
    FloatVector size = x.abs();
    FloatVector large = power.add(1f);
    large = large.broadcast(-2f).div(large).add(1f);
    FloatVector z = x.mul(x);
    FloatVector h = z.lanewise(FMA, H4, H3);
    h = h.lanewise(FMA, z, H2);
    h = h.lanewise(FMA, z, H1);
    h = h.lanewise(FMA, z, H0);
    FloatVector small = h.mul(z).fma(size, size);
    FloatVector y = small.blend(large, size.compare(LT, TANH_SMALL).not());
    IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
    return y.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /// As [#tanh(FloatVector, FloatVector)], for one element.
  static float tanh(float x, float power) {
    float size = Math.abs(x);
    float large = -2f / (power + 1f) + 1f;
    float z = x * x;
    float h = Math.fma(z, H4, H3);
    h = Math.fma(h, z, H2);
    h = Math.fma(h, z, H1);
    h = Math.fma(h, z, H0);
    float small = Math.fma(h * z, size, size);
    float y = size < TANH_SMALL ? small : large;
    int sign = Float.floatToRawIntBits(x) & Integer.MIN_VALUE;
    return Float.intBitsToFloat(Float.floatToRawIntBits(y) | sign);
  }

  /// `e^(2|x|)`.
  static FloatVector tanhPower(FloatVector x) {
    FloatVector size = x.abs();
    return exp(size.add(size));
  }

  /// As [#tanhPower(FloatVector)], for one element.
  static float tanhPower(float x) {
    float size = Math.abs(x);
    return exp(size + size);
  }

  /// `1 / (1 + e⁻ˣ)`.
  ///
  /// @param x any values
  /// @return in `[0, 1]`
  static FloatVector sigmoid(FloatVector x) {
    FloatVector denominator = exp(x.neg()).add(1f);
    return denominator.broadcast(1f).div(denominator);
  }

  /// As [#sigmoid(FloatVector)], for one element.
  static float sigmoid(float x) {
    return 1f / (exp(-x) + 1f);
  }

  /// `ln(1 + x)`: `ln u · x / (u - 1)` with the rounded `u = 1 + x`, which cancels the rounding
  /// (Kahan, as told by Goldberg 1991, theorem 4).
  ///
  /// @param x any values
  /// @param log `ln u`
  /// @return `-∞` at -1, NaN below
  static FloatVector log1p(FloatVector x, FloatVector log) {
    FloatVector d = x.add(1f).sub(1f);
    FloatVector y = log.mul(x.div(d));
    return y.blend(x, d.compare(EQ, 0f).or(x.compare(EQ, INFINITY)));
  }

  /// As [#log1p(FloatVector, FloatVector)], for one element.
  static float log1p(float x, float log) {
    float u = x + 1f;
    float d = u - 1f;
    return d == 0f || x == INFINITY ? x : log * (x / d);
  }

  /// `eˣ - 1 = 2ᵏ (eʳ - 1) + (2ᵏ - 1)` where `x = k · ln 2 + r`. Computed with `h = 2ᵏ⁻¹`, which
  /// does not overflow before the result does.
  ///
  /// @param x any values
  /// @return -1 far below 0, `∞` above 88.72283
  static FloatVector expm1(FloatVector x) {
    FloatVector bounded = x.max(EXPM1_MIN);
    FloatVector t = bounded.lanewise(FMA, LOG2_E, ROUNDER);
    FloatVector k = t.sub(ROUNDER);
    FloatVector r = k.lanewise(FMA, -LN2_HI, bounded);
    r = k.lanewise(FMA, -LN2_LO, r);
    FloatVector q = r.lanewise(FMA, Q4, Q3);
    q = q.lanewise(FMA, r, Q2);
    q = q.lanewise(FMA, r, Q1);
    q = q.lanewise(FMA, r, Q0);
    FloatVector p = q.mul(r).fma(r, r);
    IntVector exponent = t.reinterpretAsInts().lanewise(LSHL, 23);
    FloatVector h = exponent.add(HALF_BITS).reinterpretAsFloats();
    FloatVector y = h.fma(p, h.sub(0.5f));
    y = y.add(y);
    y = y.blend(x.mul(INFINITY), x.compare(LE, EXP_MAX).not());
    return y.blend(x, x.compare(EQ, 0f)); // keeps -0
  }

  /// As [#expm1(FloatVector)], for one element.
  static float expm1(float x) {
    float bounded = Math.max(x, EXPM1_MIN);
    float t = Math.fma(bounded, LOG2_E, ROUNDER);
    float k = t - ROUNDER;
    float r = Math.fma(k, -LN2_HI, bounded);
    r = Math.fma(k, -LN2_LO, r);
    float q = Math.fma(r, Q4, Q3);
    q = Math.fma(q, r, Q2);
    q = Math.fma(q, r, Q1);
    q = Math.fma(q, r, Q0);
    float p = Math.fma(q * r, r, r);
    float h = Float.intBitsToFloat((Float.floatToRawIntBits(t) << 23) + HALF_BITS);
    float y = Math.fma(h, p, h - 0.5f);
    y += y;
    y = x <= EXP_MAX ? y : x * INFINITY;
    return x == 0f ? x : y;
  }
}
