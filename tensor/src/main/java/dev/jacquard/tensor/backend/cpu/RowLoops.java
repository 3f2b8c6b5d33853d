package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.Lanes.ORDER;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Loops over one row of `n` floats that several kernels share: sums, maxima, dot products. Offsets
/// are in bytes.
///
/// Every sum has two chains of additions, which hides their latency, and reduces the lanes once, at
/// the end.
final class RowLoops {
  private RowLoops() {}

  /// `Σ x`.
  static float sum(MemorySegment x, long at, int n) {
    FloatVector acc0 = Lanes.splat(0f);
    FloatVector acc1 = acc0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      acc0 = acc0.add(Lanes.load(x, at + 4L * i));
      acc1 = acc1.add(Lanes.load(x, at + 4L * i + 4L * LANES));
    }
    if (i <= n - LANES) {
      acc0 = acc0.add(fromMemorySegment(FLOATS, x, at + 4L * i, ORDER));
      i += LANES;
    }
    float sum = Lanes.sum(acc0.add(acc1));
    for (; i < n; i++) {
      sum += Lanes.get(x, at + 4L * i);
    }
    return sum;
  }

  /// `Σ a·b`.
  static float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
    FloatVector acc0 = Lanes.splat(0f);
    FloatVector acc1 = acc0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      acc0 = Lanes.load(a, aAt + 4L * i).fma(Lanes.load(b, bAt + 4L * i), acc0);
      acc1 =
          Lanes.load(a, aAt + 4L * i + 4L * LANES)
              .fma(Lanes.load(b, bAt + 4L * i + 4L * LANES), acc1);
    }
    if (i <= n - LANES) {
      acc0 =
          fromMemorySegment(FLOATS, a, aAt + 4L * i, ORDER)
              .fma(fromMemorySegment(FLOATS, b, bAt + 4L * i, ORDER), acc0);
      i += LANES;
    }
    float sum = Lanes.sum(acc0.add(acc1));
    for (; i < n; i++) {
      sum = Math.fma(Lanes.get(a, aAt + 4L * i), Lanes.get(b, bAt + 4L * i), sum);
    }
    return sum;
  }

  /// `max x`; `-∞` if there is no element, NaN if one is NaN.
  static float max(MemorySegment x, long at, int n) {
    FloatVector acc0 = Lanes.splat(Float.NEGATIVE_INFINITY);
    FloatVector acc1 = acc0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      acc0 = acc0.max(Lanes.load(x, at + 4L * i));
      acc1 = acc1.max(Lanes.load(x, at + 4L * i + 4L * LANES));
    }
    if (i <= n - LANES) {
      acc0 = acc0.max(fromMemorySegment(FLOATS, x, at + 4L * i, ORDER));
      i += LANES;
    }
    float max = acc0.max(acc1).reduceLanes(MAX);
    for (; i < n; i++) {
      max = Math.max(max, Lanes.get(x, at + 4L * i));
    }
    return max;
  }

  /// `y = value`.
  static void fill(MemorySegment y, long at, float value, int n) {
    FloatVector values = Lanes.splat(value);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Lanes.store(values, y, at + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, at + 4L * i, value);
    }
  }

  /// `y = alpha · x + beta`, rounded once. With `beta = -0` it is a product, with `alpha = 1` a
  /// sum, also for zeros.
  static void affine(
      MemorySegment x, long xAt, float alpha, float beta, MemorySegment y, long yAt, int n) {
    FloatVector alphas = Lanes.splat(alpha);
    FloatVector betas = Lanes.splat(beta);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      Lanes.store(Lanes.load(x, xAt + 4L * i).fma(alphas, betas), y, yAt + 4L * i);
    }
    for (; i < n; i++) {
      Lanes.set(y, yAt + 4L * i, Math.fma(Lanes.get(x, xAt + 4L * i), alpha, beta));
    }
  }

  /// `y = alpha · a + beta · b`, all at the same offset.
  static void weightedSum(
      MemorySegment a, float alpha, MemorySegment b, float beta, MemorySegment y, long at, int n) {
    FloatVector alphas = Lanes.splat(alpha);
    FloatVector betas = Lanes.splat(beta);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector scaled = Lanes.load(b, at + 4L * i).mul(betas);
      Lanes.store(Lanes.load(a, at + 4L * i).fma(alphas, scaled), y, at + 4L * i);
    }
    for (; i < n; i++) {
      float scaled = Lanes.get(b, at + 4L * i) * beta;
      Lanes.set(y, at + 4L * i, Math.fma(Lanes.get(a, at + 4L * i), alpha, scaled));
    }
  }
}
