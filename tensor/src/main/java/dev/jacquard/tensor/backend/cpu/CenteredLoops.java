package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.Lanes.ORDER;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.FLOATS;
import static dev.jacquard.tensor.backend.cpu.VectorWidth.LANES;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Loops over one row of `n` floats around its mean, shared by the normalisations. Offsets are in
/// bytes.
///
/// The mean is taken off before anything is multiplied: with a mean of 100 and a variance of 1, the
/// difference of sums of squares would lose four of seven digits.
final class CenteredLoops {
  private CenteredLoops() {}

  /// `Σ (x - mean)²`.
  static float squares(MemorySegment x, long at, float mean, int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector acc0 = Lanes.splat(0f);
    FloatVector acc1 = acc0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      FloatVector d0 = Lanes.load(x, at + 4L * i).sub(means);
      FloatVector d1 = Lanes.load(x, at + 4L * i + 4L * LANES).sub(means);
      acc0 = d0.fma(d0, acc0);
      acc1 = d1.fma(d1, acc1);
    }
    if (i <= n - LANES) {
      FloatVector d0 = fromMemorySegment(FLOATS, x, at + 4L * i, ORDER).sub(means);
      acc0 = d0.fma(d0, acc0);
      i += LANES;
    }
    float sum = Lanes.sum(acc0.add(acc1));
    for (; i < n; i++) {
      float d = Lanes.get(x, at + 4L * i) - mean;
      sum = Math.fma(d, d, sum);
    }
    return sum;
  }

  /// `Σ dy · (x - mean)`.
  static float dot(MemorySegment dy, MemorySegment x, long at, float mean, int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector acc0 = Lanes.splat(0f);
    FloatVector acc1 = acc0;
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      long p = at + 4L * i;
      long q = p + 4L * LANES;
      acc0 = Lanes.load(x, p).sub(means).fma(Lanes.load(dy, p), acc0);
      acc1 = Lanes.load(x, q).sub(means).fma(Lanes.load(dy, q), acc1);
    }
    if (i <= n - LANES) {
      long p = at + 4L * i;
      acc0 =
          fromMemorySegment(FLOATS, x, p, ORDER)
              .sub(means)
              .fma(fromMemorySegment(FLOATS, dy, p, ORDER), acc0);
      i += LANES;
    }
    float sum = Lanes.sum(acc0.add(acc1));
    for (; i < n; i++) {
      long p = at + 4L * i;
      sum = Math.fma(Lanes.get(x, p) - mean, Lanes.get(dy, p), sum);
    }
    return sum;
  }

  /// `Σ dy · w · (x - mean)`.
  static float dot3(
      MemorySegment dy, MemorySegment x, long at, MemorySegment w, float mean, int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector acc = Lanes.splat(0f);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long p = at + 4L * i;
      FloatVector d = Lanes.load(x, p).sub(means);
      acc = Lanes.load(dy, p).mul(Lanes.load(w, 4L * i)).fma(d, acc);
    }
    float sum = Lanes.sum(acc);
    for (; i < n; i++) {
      long p = at + 4L * i;
      float weighted = Lanes.get(dy, p) * Lanes.get(w, 4L * i);
      sum = Math.fma(weighted, Lanes.get(x, p) - mean, sum);
    }
    return sum;
  }

  /// `y = (x - mean) · factor + summand`.
  static void affine(
      MemorySegment x, long at, float mean, float factor, float summand, MemorySegment y, int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector factors = Lanes.splat(factor);
    FloatVector summands = Lanes.splat(summand);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long p = at + 4L * i;
      Lanes.store(Lanes.load(x, p).sub(means).fma(factors, summands), y, p);
    }
    for (; i < n; i++) {
      long p = at + 4L * i;
      Lanes.set(y, p, Math.fma(Lanes.get(x, p) - mean, factor, summand));
    }
  }

  /// `y = (x - mean) · factor · w + b`.
  static void affine(
      MemorySegment x,
      long at,
      float mean,
      float factor,
      MemorySegment w,
      MemorySegment b,
      MemorySegment y,
      int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector factors = Lanes.splat(factor);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long p = at + 4L * i;
      FloatVector normal = Lanes.load(x, p).sub(means).mul(factors);
      Lanes.store(normal.fma(Lanes.load(w, 4L * i), Lanes.load(b, 4L * i)), y, p);
    }
    for (; i < n; i++) {
      long p = at + 4L * i;
      float normal = (Lanes.get(x, p) - mean) * factor;
      Lanes.set(y, p, Math.fma(normal, Lanes.get(w, 4L * i), Lanes.get(b, 4L * i)));
    }
  }

  /// `dx = dy · factor + (x - mean) · stretch + shift`.
  static void combine(
      MemorySegment dy,
      MemorySegment x,
      long at,
      float mean,
      float factor,
      float stretch,
      float shift,
      MemorySegment dx,
      int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector factors = Lanes.splat(factor);
    FloatVector stretches = Lanes.splat(stretch);
    FloatVector shifts = Lanes.splat(shift);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long p = at + 4L * i;
      FloatVector rest = Lanes.load(x, p).sub(means).fma(stretches, shifts);
      Lanes.store(Lanes.load(dy, p).fma(factors, rest), dx, p);
    }
    for (; i < n; i++) {
      long p = at + 4L * i;
      float rest = Math.fma(Lanes.get(x, p) - mean, stretch, shift);
      Lanes.set(dx, p, Math.fma(Lanes.get(dy, p), factor, rest));
    }
  }

  /// `dx = dy · w · factor + (x - mean) · stretch + shift`.
  static void combine(
      MemorySegment dy,
      MemorySegment x,
      long at,
      MemorySegment w,
      float mean,
      float factor,
      float stretch,
      float shift,
      MemorySegment dx,
      int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector factors = Lanes.splat(factor);
    FloatVector stretches = Lanes.splat(stretch);
    FloatVector shifts = Lanes.splat(shift);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      long p = at + 4L * i;
      FloatVector rest = Lanes.load(x, p).sub(means).fma(stretches, shifts);
      FloatVector weighted = Lanes.load(dy, p).mul(Lanes.load(w, 4L * i));
      Lanes.store(weighted.fma(factors, rest), dx, p);
    }
    for (; i < n; i++) {
      long p = at + 4L * i;
      float rest = Math.fma(Lanes.get(x, p) - mean, stretch, shift);
      Lanes.set(dx, p, Math.fma(Lanes.get(dy, p) * Lanes.get(w, 4L * i), factor, rest));
    }
  }

  /// `dw += dy · (x - mean) · factor` and `db += dy`.
  static void accumulate(
      MemorySegment dy,
      MemorySegment x,
      long at,
      float mean,
      float factor,
      MemorySegment sums,
      long dwAt,
      long dbAt,
      int n) {
    FloatVector means = Lanes.splat(mean);
    FloatVector factors = Lanes.splat(factor);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector d = Lanes.load(dy, at + 4L * i);
      FloatVector normal = Lanes.load(x, at + 4L * i).sub(means).mul(factors);
      Lanes.store(d.fma(normal, Lanes.load(sums, dwAt + 4L * i)), sums, dwAt + 4L * i);
      Lanes.store(d.add(Lanes.load(sums, dbAt + 4L * i)), sums, dbAt + 4L * i);
    }
    for (; i < n; i++) {
      float d = Lanes.get(dy, at + 4L * i);
      float normal = (Lanes.get(x, at + 4L * i) - mean) * factor;
      Lanes.set(sums, dwAt + 4L * i, Math.fma(d, normal, Lanes.get(sums, dwAt + 4L * i)));
      Lanes.set(sums, dbAt + 4L * i, d + Lanes.get(sums, dbAt + 4L * i));
    }
  }
}
