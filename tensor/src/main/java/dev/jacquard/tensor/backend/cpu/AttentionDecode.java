package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ORDER;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.SPECIES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.WIDTH;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.backend.cpu.AttentionSizes.Layout;
import dev.jacquard.tensor.backend.cpu.AttentionSizes.Rows;
import dev.jacquard.tensor.memory.NativePool;
import dev.jacquard.tensor.shape.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/// One forward call with few queries, as in generation: a dot product with each row of `K`, then a
/// weighted sum of the rows of `V`. Nothing is packed; keys and values are read once from memory
/// for all query heads of their group. Those of a 16-bit cache are converted some rows at a time.
final class AttentionDecode {
  /* 1. Head sizes are handled two vectors at a time, the query part or the output part of which stays in registers over all
   *    keys. The last part may be narrower and is masked.
   * 2. Lanes are added by halves. `reduceLanes` leaves the order open, and in fact the interpreter's differs from the
   *    compiler's, so that results would depend on when a method is compiled. */

  /// Up to this many queries packing does not pay.
  static final int MAX_QUERIES = 4;

  /// Rows that are converted at a time, and stay in the first cache; even, see [#sum].
  private static final int BLOCK = 32;

  /// A chunk has at least this many floats of keys.
  private static final int CHUNK_FLOATS = 16 * 1024;

  private static final long HALF = 4L * LANES;
  private static final double LN2 = Math.log(2);

  private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(SPECIES, 8, 1, true);
  private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(SPECIES, 4, 1, true);
  private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(SPECIES, 2, 1, true);
  private static final VectorShuffle<Float> BY_1 = VectorShuffle.iota(SPECIES, 1, 1, true);

  private final AttentionSizes z;
  private final Rows q;
  private final Rows k;
  private final Rows v;
  private final Rows out;
  private final MemorySegment lse;
  private final int headsPerChunk;

  // offsets in a chunk's scratch memory
  private final long scores; // [S / WIDTH, WIDTH]
  private final long shift; // [WIDTH]
  private final long total; // [WIDTH]
  private final long sums; // [E / WIDTH, 2, WIDTH], of even and odd keys
  private final long block; // [BLOCK, D] or [BLOCK, E], converted rows
  private final long scratchBytes;

  AttentionDecode(
      AttentionSizes z, TensorView q, TensorView k, TensorView v, TensorView out, TensorView lse) {
    this.z = z;
    this.q = Rows.of(q);
    this.k = Rows.of(k);
    this.v = Rows.of(v);
    this.out = Rows.of(out);
    this.lse = lse.segment();
    headsPerChunk = Math.clamp(CHUNK_FLOATS / Math.max(1, (long) z.s() * z.d()), 1, 64);
    Layout layout = new Layout();
    scores = layout.floats(AttentionSizes.roundUp(z.s(), WIDTH));
    shift = layout.floats(WIDTH);
    total = layout.floats(WIDTH);
    sums = layout.floats(2L * AttentionSizes.roundUp(z.e(), WIDTH));
    block = layout.floats(k.dtype() == DType.F32 ? 0 : (long) BLOCK * Math.max(z.d(), z.e()));
    scratchBytes = layout.bytes();
  }

  void run(ParallelFor parallel, NativePool pool) {
    int heads = z.b() * z.g();
    int chunks = (heads + headsPerChunk - 1) / headsPerChunk;
    MemorySegment scratch = pool.acquire(chunks * scratchBytes);
    try {
      parallel.run(chunks, chunk -> heads(scratch, chunk));
    } finally {
      pool.release(scratch);
    }
  }

  private void heads(MemorySegment m, int chunk) {
    int end = Math.min(z.b() * z.g(), (chunk + 1) * headsPerChunk);
    for (int head = chunk * headsPerChunk; head < end; head++) {
      int batch = head / z.g();
      int group = head % z.g();
      for (int h = group * z.headsPerGroup(); h < (group + 1) * z.headsPerGroup(); h++) {
        for (int t = 0; t < z.t(); t++) {
          row(m, chunk * scratchBytes, batch, t, h, group);
        }
      }
    }
  }

  /// One query of one head; `base` is where the chunk's scratch memory begins.
  private void row(MemorySegment m, long base, int batch, int t, int h, int group) {
    int first = z.mask().from(t);
    int keys = Math.max(0, z.mask().to(batch, t) - first);
    int blocks = (keys + WIDTH - 1) / WIDTH;
    AttentionPack.zero(m, base + scores, blocks * WIDTH);
    score(m, base, q.at(batch, t, h), k.at(batch, first, group), keys);
    addBias(m, base + scores, batch, t, h, first, keys);
    for (int s = keys; s < blocks * WIDTH; s++) {
      m.set(JAVA_FLOAT, base + scores + 4L * s, Float.NEGATIVE_INFINITY);
    }
    float max = max(m, base, blocks);
    float sum = exp(m, base, blocks, max);
    long lseAt = 4L * (((long) batch * z.h() + h) * z.t() + t);
    lse.set(JAVA_FLOAT, lseAt, (float) (max * LN2 + Math.log(sum)));
    average(m, base, v.at(batch, first, group), keys);
    writeSums(m, base + sums, sum == 0 ? 0 : 1 / sum, out.at(batch, t, h));
  }

  /// The largest score; 0 if there is none above `-∞`.
  private float max(MemorySegment m, long base, int blocks) {
    AttentionSoftmax.max(m, base + scores, blocks, base + shift);
    AttentionSoftmax.max(m, base + scores + HALF, blocks, base + shift + HALF);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < WIDTH; i++) {
      max = Math.max(max, m.get(JAVA_FLOAT, base + shift + 4L * i));
    }
    return max == Float.NEGATIVE_INFINITY ? 0 : max;
  }

  /// Turns scores into exponentials and returns their sum.
  private float exp(MemorySegment m, long base, int blocks, float max) {
    AttentionPack.zero(m, base + total, WIDTH);
    for (int i = 0; i < WIDTH; i++) {
      m.set(JAVA_FLOAT, base + shift + 4L * i, max);
    }
    AttentionSoftmax.exp(m, base + scores, blocks, base + shift, base + total);
    AttentionSoftmax.exp(m, base + scores + HALF, blocks, base + shift + HALF, base + total + HALF);
    float sum = 0;
    for (int i = 0; i < WIDTH; i++) {
      sum += m.get(JAVA_FLOAT, base + total + 4L * i);
    }
    return sum;
  }

  private void score(MemorySegment m, long base, long qAt, long kAt, int keys) {
    if (k.areFloats()) {
      score(qAt, k.memory(), kAt, k.rowBytes(), keys, m, base + scores);
      return;
    }
    for (int s = 0; s < keys; s += BLOCK) {
      int n = Math.min(BLOCK, keys - s);
      k.unpack(kAt + s * k.rowBytes(), n, z.d(), m, base + block, 4L * z.d());
      score(qAt, m, base + block, 4L * z.d(), n, m, base + scores + 4L * s);
    }
  }

  /// Adds the scores of `n` keys.
  private void score(
      long qAt, MemorySegment keys, long kAt, long kRow, int n, MemorySegment m, long to) {
    float c = (float) (z.scale() / LN2);
    int j = 0;
    for (; j <= z.d() - WIDTH; j += WIDTH) {
      dots(q.memory(), qAt + 4L * j, c, keys, kAt + 4L * j, kRow, n, m, to);
    }
    for (; j < z.d(); j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, z.d());
      maskedDots(q.memory(), qAt + 4L * j, c, keys, kAt + 4L * j, kRow, n, m, to, mask);
    }
  }

  private void addBias(MemorySegment m, long to, int batch, int t, int h, int first, int keys) {
    TensorView bias = z.mask().bias();
    if (bias != null) {
      float unit = (float) (1 / LN2);
      MemorySegment memory = bias.segment();
      long from = batch * bias.stride(0) + h * bias.stride(1) + t * bias.stride(2);
      for (int s = 0; s < keys; s++) {
        float b = memory.get(JAVA_FLOAT, 4 * (from + (first + s) * bias.stride(3)));
        m.set(JAVA_FLOAT, to + 4L * s, Math.fma(unit, b, m.get(JAVA_FLOAT, to + 4L * s)));
      }
    }
  }

  private void average(MemorySegment m, long base, long vAt, int keys) {
    AttentionPack.zero(m, base + sums, 2 * AttentionSizes.roundUp(z.e(), WIDTH));
    if (v.areFloats()) {
      average(m, base + scores, v.memory(), vAt, v.rowBytes(), keys, base + sums);
      return;
    }
    for (int s = 0; s < keys; s += BLOCK) {
      int n = Math.min(BLOCK, keys - s);
      v.unpack(vAt + s * v.rowBytes(), n, z.e(), m, base + block, 4L * z.e());
      average(m, base + scores + 4L * s, m, base + block, 4L * z.e(), n, base + sums);
    }
  }

  /// Adds `n` values, weighted with the numbers at `p`, to the sums.
  private void average(
      MemorySegment m, long p, MemorySegment values, long vAt, long vRow, int n, long to) {
    int j = 0;
    for (; j <= z.e() - WIDTH; j += WIDTH) {
      sum(m, p, values, vAt + 4L * j, vRow, n, to + 8L * j);
    }
    for (; j < z.e(); j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, z.e());
      maskedSum(m, p, values, vAt + 4L * j, vRow, n, to + 8L * j, mask);
    }
  }

  /// Writes the sums times `factor`.
  private void writeSums(MemorySegment m, long from, float factor, long to) {
    int j = 0;
    for (; j <= z.e() - WIDTH; j += WIDTH) {
      long even = from + 8L * j;
      writeSum(m, even, factor, to + 4L * j);
      writeSum(m, even + HALF, factor, to + 4L * j + HALF);
    }
    for (; j < z.e(); j += LANES) {
      FloatVector.fromMemorySegment(SPECIES, m, from + 8L * j, ORDER)
          .mul(factor)
          .intoMemorySegment(out.memory(), to + 4L * j, ORDER, SPECIES.indexInRange(j, z.e()));
    }
  }

  private void writeSum(MemorySegment m, long even, float factor, long to) {
    FloatVector.fromMemorySegment(SPECIES, m, even, ORDER)
        .add(FloatVector.fromMemorySegment(SPECIES, m, even + 2 * HALF, ORDER))
        .mul(factor)
        .intoMemorySegment(out.memory(), to, ORDER);
  }

  /// Adds `c · Σ_i q[i] · k[s, i]`, over two vectors, to score `s`.
  private static void dots(
      MemorySegment q,
      long qAt,
      float c,
      MemorySegment k,
      long kAt,
      long kRow,
      int n,
      MemorySegment m,
      long to) {
    FloatVector q0 = FloatVector.fromMemorySegment(SPECIES, q, qAt, ORDER).mul(c);
    FloatVector q1 = FloatVector.fromMemorySegment(SPECIES, q, qAt + HALF, ORDER).mul(c);
    for (int s = 0; s < n; s++) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, k, kAt, ORDER).mul(q0);
      x = FloatVector.fromMemorySegment(SPECIES, k, kAt + HALF, ORDER).fma(q1, x);
      if (LANES > 8) {
        x = x.add(x.rearrange(BY_8));
      }
      if (LANES > 4) {
        x = x.add(x.rearrange(BY_4));
      }
      x = x.add(x.rearrange(BY_2));
      x = x.add(x.rearrange(BY_1));
      m.set(JAVA_FLOAT, to, m.get(JAVA_FLOAT, to) + x.lane(0));
      kAt += kRow;
      to += 4;
    }
  }

  /// As [#dots], over the lanes of one vector that the mask names.
  private static void maskedDots(
      MemorySegment q,
      long qAt,
      float c,
      MemorySegment k,
      long kAt,
      long kRow,
      int n,
      MemorySegment m,
      long to,
      VectorMask<Float> mask) {
    FloatVector q0 = FloatVector.fromMemorySegment(SPECIES, q, qAt, ORDER, mask).mul(c);
    for (int s = 0; s < n; s++) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, k, kAt, ORDER, mask).mul(q0);
      if (LANES > 8) {
        x = x.add(x.rearrange(BY_8));
      }
      if (LANES > 4) {
        x = x.add(x.rearrange(BY_4));
      }
      x = x.add(x.rearrange(BY_2));
      x = x.add(x.rearrange(BY_1));
      m.set(JAVA_FLOAT, to, m.get(JAVA_FLOAT, to) + x.lane(0));
      kAt += kRow;
      to += 4;
    }
  }

  /// Adds `Σ_s p[s] · v[s, :]` for two vectors, over even and over odd `s`, to the four at `to`.
  private static void sum(
      MemorySegment m, long p, MemorySegment v, long vAt, long vRow, int n, long to) {
    FloatVector even0 = FloatVector.fromMemorySegment(SPECIES, m, to, ORDER);
    FloatVector even1 = FloatVector.fromMemorySegment(SPECIES, m, to + HALF, ORDER);
    FloatVector odd0 = FloatVector.fromMemorySegment(SPECIES, m, to + 2 * HALF, ORDER);
    FloatVector odd1 = FloatVector.fromMemorySegment(SPECIES, m, to + 3 * HALF, ORDER);
    int pairs = n / 2;
    for (int s = 0; s < pairs; s++) {
      FloatVector w = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, p));
      even0 = FloatVector.fromMemorySegment(SPECIES, v, vAt, ORDER).fma(w, even0);
      even1 = FloatVector.fromMemorySegment(SPECIES, v, vAt + HALF, ORDER).fma(w, even1);
      w = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, p + 4));
      odd0 = FloatVector.fromMemorySegment(SPECIES, v, vAt + vRow, ORDER).fma(w, odd0);
      odd1 = FloatVector.fromMemorySegment(SPECIES, v, vAt + vRow + HALF, ORDER).fma(w, odd1);
      p += 8;
      vAt += 2 * vRow;
    }
    if (2 * pairs < n) {
      FloatVector w = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, p));
      even0 = FloatVector.fromMemorySegment(SPECIES, v, vAt, ORDER).fma(w, even0);
      even1 = FloatVector.fromMemorySegment(SPECIES, v, vAt + HALF, ORDER).fma(w, even1);
    }
    even0.intoMemorySegment(m, to, ORDER);
    even1.intoMemorySegment(m, to + HALF, ORDER);
    odd0.intoMemorySegment(m, to + 2 * HALF, ORDER);
    odd1.intoMemorySegment(m, to + 3 * HALF, ORDER);
  }

  /// As [#sum], over all `s`, for the lanes of one vector that the mask names.
  private static void maskedSum(
      MemorySegment m,
      long p,
      MemorySegment v,
      long vAt,
      long vRow,
      int n,
      long to,
      VectorMask<Float> mask) {
    FloatVector sum = FloatVector.fromMemorySegment(SPECIES, m, to, ORDER);
    for (int s = 0; s < n; s++) {
      FloatVector w = FloatVector.broadcast(SPECIES, m.get(JAVA_FLOAT, p));
      sum = FloatVector.fromMemorySegment(SPECIES, v, vAt, ORDER, mask).fma(w, sum);
      p += 4;
      vAt += vRow;
    }
    sum.intoMemorySegment(m, to, ORDER);
  }
}
