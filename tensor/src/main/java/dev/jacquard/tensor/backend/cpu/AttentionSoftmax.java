package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.ORDER;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.SPECIES;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Softmax over columns of a score block `[n, WIDTH]`: queries lie side by side in the lanes, keys
/// one below the other.
///
/// Scores are in units of `ln 2`, so that `exp` becomes `2^y`. Each method handles one vector of
/// queries: `from` is the first key's vector, and the next key's lies `ROW` bytes further.
final class AttentionSoftmax {
  /* 1. Maxima are compare and blend: the MAX operator must order -0 and NaN and costs four times as much. A NaN score is not
   *    seen by the maximum but by the sum, so it still reaches the output.
   * 2. VectorMath.exp is exact over all of f32 and takes half as many instructions again. Here y <= 0 up to rounding, and
   *    the conversion from base e is part of the factor of Q. */

  /// Distance between the vectors of two keys.
  static final long ROW = 4L * AttentionTile.WIDTH;

  /// At `-127` the power is exactly 0, and everything below is raised to it, so a mask of `-∞`
  /// weighs nothing.
  private static final float FLOOR = -127f;

  /// Adding it leaves the nearest whole number in the low bits.
  private static final float ROUNDER = 0x1.8p23f;

  // 2^f = 1 + f·q(f) on [-1/2, 1/2], relative error below 9.2e-8 (least maximum, by Lawson's
  // iteration)
  private static final float C1 = 0.693147f;
  private static final float C2 = 0.24022242f;
  private static final float C3 = 0.055507336f;
  private static final float C4 = 0.009671513f;
  private static final float C5 = 0.0013264727f;

  private AttentionSoftmax() {}

  /// Writes the largest of `n` scores to `to`: `-∞` if there are none.
  static void max(MemorySegment m, long from, int n, long to) {
    FloatVector max0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector max1 = max0;
    int last = n - 1;
    for (int s = 0; s < n; s += 2) { // the last turn may see the last key twice
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, m, from + ROW * s, ORDER);
      max0 = max0.blend(x, x.compare(GT, max0));
      x = FloatVector.fromMemorySegment(SPECIES, m, from + ROW * Math.min(s + 1, last), ORDER);
      max1 = max1.blend(x, x.compare(GT, max1));
    }
    max0 = max0.blend(max1, max1.compare(GT, max0));
    max0.intoMemorySegment(m, to, ORDER);
  }

  /// Turns `n` scores `y` into `2^(y - shift)` and adds them to `sum`. `y - shift` is below 127.
  static void exp(MemorySegment m, long from, int n, long shift, long sum) {
    FloatVector shifts = FloatVector.fromMemorySegment(SPECIES, m, shift, ORDER);
    FloatVector total = FloatVector.fromMemorySegment(SPECIES, m, sum, ORDER);
    FloatVector c1 = FloatVector.broadcast(SPECIES, C1);
    FloatVector c2 = FloatVector.broadcast(SPECIES, C2);
    FloatVector c3 = FloatVector.broadcast(SPECIES, C3);
    FloatVector c4 = FloatVector.broadcast(SPECIES, C4);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int s = 0; s < n; s++) {
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, m, from + ROW * s, ORDER).sub(shifts);
      y = y.blend(FLOOR, y.compare(LT, FLOOR));
      FloatVector t = y.add(ROUNDER);
      FloatVector f = y.sub(t.sub(ROUNDER)); // -1/2 .. 1/2
      FloatVector p = f.mul(C5).add(c4);
      p = p.fma(f, c3);
      p = p.fma(f, c2);
      p = p.fma(f, c1);
      p = p.fma(f, one);
      IntVector exponent = t.reinterpretAsInts().lanewise(LSHL, 23); // ROUNDER's own bits fall out
      p = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
      p.intoMemorySegment(m, from + ROW * s, ORDER);
      total = total.add(p);
    }
    total.intoMemorySegment(m, sum, ORDER);
  }

  /// Writes `Σ_i x[i, :] · y[i, :]` over `n` rows to `to`.
  static void delta(MemorySegment m, long x, long y, int n, long to) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i++) {
      FloatVector xi = FloatVector.fromMemorySegment(SPECIES, m, x + ROW * i, ORDER);
      sum = xi.fma(FloatVector.fromMemorySegment(SPECIES, m, y + ROW * i, ORDER), sum);
    }
    sum.intoMemorySegment(m, to, ORDER);
  }

  /// Turns the gradients `dp` of `n` probabilities `p` into those of the scores, `p · (dp -
  /// delta)`.
  static void backward(MemorySegment m, long p, long dp, int n, long delta) {
    FloatVector deltas = FloatVector.fromMemorySegment(SPECIES, m, delta, ORDER);
    for (int s = 0; s < n; s++) {
      FloatVector ds = FloatVector.fromMemorySegment(SPECIES, m, dp + ROW * s, ORDER).sub(deltas);
      ds = ds.mul(FloatVector.fromMemorySegment(SPECIES, m, p + ROW * s, ORDER));
      ds.intoMemorySegment(m, dp + ROW * s, ORDER);
    }
  }
}
