package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.SPECIES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.load;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.store;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Softmax over columns of a score block: queries lie side by side in the lanes, keys one below the
/// other.
///
/// Scores are in units of `ln 2`, so that `exp` becomes `2^y`. Each method has one loop and handles
/// one vector of queries; `from` is the first key's vector, `step` the distance to the next key's.
final class AttentionSoftmax {
  /* Maxima are compare and blend: the MAX operator must order -0 and NaN and costs four times as much. A NaN score is not
   * seen by the maximum but by the sum, so it still reaches the output. */

  /// `2^-127` underflows to 0 in [#exp2] and everything below is raised to it, so a mask of `-∞`
  /// gives exactly 0.
  private static final float FLOOR = -127f;

  /// `1.5 · 2^23`: adding it leaves the nearest whole number in the low bits.
  private static final float ROUND = 12582912f;

  // 2^f = 1 + f·q(f) on [-1/2, 1/2], relative error below 9.2e-8 (least maximum, by Lawson's
  // iteration)
  private static final float C1 = 0.693147f;
  private static final float C2 = 0.24022242f;
  private static final float C3 = 0.055507336f;
  private static final float C4 = 0.009671513f;
  private static final float C5 = 0.0013264727f;

  private AttentionSoftmax() {}

  /// `2^y` for `y < 127`; 0 from `y = -127` down.
  static FloatVector exp2(FloatVector y) {
    FloatVector z = y.blend(FLOOR, y.compare(LT, FLOOR));
    FloatVector t = z.add(ROUND);
    FloatVector f = z.sub(t.sub(ROUND)); // -1/2 .. 1/2
    FloatVector p = f.mul(C5).add(C4);
    p = p.fma(f, FloatVector.broadcast(SPECIES, C3));
    p = p.fma(f, FloatVector.broadcast(SPECIES, C2));
    p = p.fma(f, FloatVector.broadcast(SPECIES, C1));
    p = p.fma(f, FloatVector.broadcast(SPECIES, 1f));
    return p.reinterpretAsInts()
        .add(t.reinterpretAsInts().lanewise(LSHL, 23))
        .reinterpretAsFloats();
  }

  /// Writes the largest of `n` scores to `to`: `-∞` if there are none.
  static void max(MemorySegment m, long from, long step, int n, long to) {
    FloatVector max0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector max1 = max0;
    FloatVector max2 = max0;
    FloatVector max3 = max0;
    int s = 0;
    for (; s <= n - 4; s += 4) {
      max0 = larger(max0, load(m, from));
      max1 = larger(max1, load(m, from + step));
      max2 = larger(max2, load(m, from + 2 * step));
      max3 = larger(max3, load(m, from + 3 * step));
      from += 4 * step;
    }
    store(m, to, larger(larger(max0, max1), larger(max2, max3)));
    maxTail(m, from, step, n - s, to);
  }

  private static void maxTail(MemorySegment m, long from, long step, int n, long to) {
    FloatVector max = load(m, to);
    for (int s = 0; s < n; s++) {
      max = larger(max, load(m, from));
      from += step;
    }
    store(m, to, max);
  }

  private static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(GT, a));
  }

  /// Turns `n` scores `y` into `2^(y - shift)` and adds them to the vector at `sum`.
  static void exp(MemorySegment m, long from, long step, int n, long shift, long sum) {
    FloatVector shiftVector = load(m, shift);
    FloatVector total = load(m, sum);
    for (int s = 0; s < n; s++) {
      FloatVector p = exp2(load(m, from).sub(shiftVector));
      store(m, from, p);
      total = total.add(p);
      from += step;
    }
    store(m, sum, total);
  }

  /// Turns scores into probabilities `p = 2^(y - lse)` and their gradients `dp` into `p · (dp -
  /// delta)`.
  static void backward(
      MemorySegment m, long score, long gradient, long step, int n, long lse, long delta) {
    FloatVector lseVector = load(m, lse);
    FloatVector deltaVector = load(m, delta);
    for (int s = 0; s < n; s++) {
      FloatVector p = exp2(load(m, score).sub(lseVector));
      store(m, gradient, load(m, gradient).sub(deltaVector).mul(p));
      store(m, score, p);
      score += step;
      gradient += step;
    }
  }
}
