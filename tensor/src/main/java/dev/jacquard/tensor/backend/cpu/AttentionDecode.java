package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.SPECIES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.broadcast;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.load;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.store;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.backend.cpu.AttentionSizes.Layout;
import dev.jacquard.tensor.backend.cpu.AttentionSizes.Rows;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// One forward call with few queries, as in generation: a dot product with each row of `K`, then a
/// weighted sum of the rows of `V`. Nothing is packed; keys and values are read once from memory
/// for all query heads of their group.
final class AttentionDecode {
  /* Head sizes are handled two vectors at a time, the query part or the output part of which stays in registers over all
   * keys. The last part may be narrower and is masked. */

  /// Up to this many queries packing does not pay.
  static final int MAX_QUERIES = 4;

  /// A chunk has at least this many floats of keys.
  private static final int CHUNK_FLOATS = 16 * 1024;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int PAIR = 2 * LANES;
  private static final long VECTOR_BYTES = 4L * LANES;
  private static final double LN2 = Math.log(2);

  private final AttentionSizes z;
  private final Rows q;
  private final Rows k;
  private final Rows v;
  private final Rows out;
  private final MemorySegment lse;
  private final int headsPerChunk;

  // offsets in a chunk's scratch memory
  private final int paddedKeys;
  private final long scores;
  private final long shift;
  private final long total;
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
    paddedKeys = AttentionSizes.roundUp(z.s(), LANES);
    Layout layout = new Layout();
    scores = layout.floats(paddedKeys);
    shift = layout.floats(LANES);
    total = layout.floats(LANES);
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
    int keys = z.keysSeen(t + 1);
    int vectors = (keys + LANES - 1) / LANES;
    AttentionPack.zero(m, base + scores, vectors * LANES);
    score(m, base + scores, batch, t, h, group, keys);
    for (int s = keys; s < vectors * LANES; s++) {
      m.set(JAVA_FLOAT, base + scores + 4L * s, Float.NEGATIVE_INFINITY);
    }
    AttentionSoftmax.max(m, base + scores, VECTOR_BYTES, vectors, base + shift);
    float max = keys == 0 ? 0 : load(m, base + shift).reduceLanes(MAX);
    store(m, base + shift, FloatVector.broadcast(SPECIES, max));
    AttentionPack.zero(m, base + total, LANES);
    AttentionSoftmax.exp(m, base + scores, VECTOR_BYTES, vectors, base + shift, base + total);
    float sum = Lanes.sum(load(m, base + total));
    long lseAt = 4L * (((long) batch * z.h() + h) * z.t() + t);
    lse.set(JAVA_FLOAT, lseAt, (float) (max * LN2 + Math.log(sum)));
    average(m, base + scores, batch, t, h, group, keys, sum == 0 ? 0 : 1 / sum);
  }

  private void score(MemorySegment m, long to, int batch, int t, int h, int group, int keys) {
    float c = (float) (z.scale() / LN2);
    long qAt = q.at(batch, t, h);
    long kAt = k.at(batch, 0, group);
    int j = 0;
    for (; j <= z.d() - PAIR; j += PAIR) {
      dots(q.memory(), qAt + 4L * j, c, k.memory(), kAt + 4L * j, k.rowBytes(), keys, m, to);
    }
    for (; j < z.d(); j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, z.d());
      maskedDots(
          q.memory(), qAt + 4L * j, c, k.memory(), kAt + 4L * j, k.rowBytes(), keys, m, to, mask);
    }
  }

  private void average(
      MemorySegment m, long p, int batch, int t, int h, int group, int keys, float factor) {
    long vAt = v.at(batch, 0, group);
    long to = out.at(batch, t, h);
    int j = 0;
    for (; j <= z.d() - PAIR; j += PAIR) {
      sum(m, p, v.memory(), vAt + 4L * j, v.rowBytes(), keys, factor, out.memory(), to + 4L * j);
    }
    for (; j < z.d(); j += LANES) {
      VectorMask<Float> mask = SPECIES.indexInRange(j, z.d());
      maskedSum(
          m,
          p,
          v.memory(),
          vAt + 4L * j,
          v.rowBytes(),
          keys,
          factor,
          out.memory(),
          to + 4L * j,
          mask);
    }
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
    FloatVector q0 = load(q, qAt).mul(c);
    FloatVector q1 = load(q, qAt + VECTOR_BYTES).mul(c);
    for (int s = 0; s < n; s++) {
      FloatVector products = load(k, kAt).mul(q0);
      products = load(k, kAt + VECTOR_BYTES).fma(q1, products);
      m.set(JAVA_FLOAT, to, m.get(JAVA_FLOAT, to) + Lanes.sum(products));
      kAt += kRow;
      to += 4;
    }
  }

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
      FloatVector products = FloatVector.fromMemorySegment(SPECIES, k, kAt, ORDER, mask).mul(q0);
      m.set(JAVA_FLOAT, to, m.get(JAVA_FLOAT, to) + Lanes.sum(products));
      kAt += kRow;
      to += 4;
    }
  }

  /// Writes `factor · Σ_s p[s] · v[s, :]` for two vectors.
  private static void sum(
      MemorySegment m,
      long p,
      MemorySegment v,
      long vAt,
      long vRow,
      int n,
      float factor,
      MemorySegment out,
      long to) {
    FloatVector even0 = FloatVector.zero(SPECIES);
    FloatVector even1 = even0;
    FloatVector odd0 = even0;
    FloatVector odd1 = even0;
    int pairs = n / 2;
    for (int s = 0; s < pairs; s++) {
      FloatVector w = broadcast(m, p);
      even0 = load(v, vAt).fma(w, even0);
      even1 = load(v, vAt + VECTOR_BYTES).fma(w, even1);
      w = broadcast(m, p + 4);
      odd0 = load(v, vAt + vRow).fma(w, odd0);
      odd1 = load(v, vAt + vRow + VECTOR_BYTES).fma(w, odd1);
      p += 8;
      vAt += 2 * vRow;
    }
    if (2 * pairs < n) {
      FloatVector w = broadcast(m, p);
      even0 = load(v, vAt).fma(w, even0);
      even1 = load(v, vAt + VECTOR_BYTES).fma(w, even1);
    }
    store(out, to, even0.add(odd0).mul(factor));
    store(out, to + VECTOR_BYTES, even1.add(odd1).mul(factor));
  }

  private static void maskedSum(
      MemorySegment m,
      long p,
      MemorySegment v,
      long vAt,
      long vRow,
      int n,
      float factor,
      MemorySegment out,
      long to,
      VectorMask<Float> mask) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int s = 0; s < n; s++) {
      sum = FloatVector.fromMemorySegment(SPECIES, v, vAt, ORDER, mask).fma(broadcast(m, p), sum);
      p += 4;
      vAt += vRow;
    }
    sum.mul(factor).intoMemorySegment(out, to, ORDER, mask);
  }
}
