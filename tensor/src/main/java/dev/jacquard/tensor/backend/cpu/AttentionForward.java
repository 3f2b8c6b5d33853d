package dev.jacquard.tensor.backend.cpu;

import static dev.jacquard.tensor.backend.cpu.AttentionTile.LANES;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.ROWS;
import static dev.jacquard.tensor.backend.cpu.AttentionTile.WIDTH;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.backend.cpu.AttentionSizes.Layout;
import dev.jacquard.tensor.backend.cpu.AttentionSizes.Rows;
import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;

/// One forward call. Its chunks share nothing but the inputs.
///
/// A chunk belongs to one key head of one batch entry and handles some of the query blocks of its
/// heads: it packs `K` and `V`, then for each block of `WIDTH` queries computes `Sᵀ = K (c Q)ᵀ`,
/// the softmax down the columns, and `P V`. With `c = scale / ln 2` powers of 2 serve as
/// exponentials.
final class AttentionForward {
  /* Queries lie in the lanes: maxima and sums need no reduction across a vector, rows of any length have no tail, and only Q
   * is transposed, a block at a time. Scores of a block stay in L2 (64 kB at 512 keys); exponentials and P V take KEYS keys at a time, in L1. */

  private static final int KEYS = 128;
  private static final int MIN_CHUNKS = 16;
  private static final double LN2 = Math.log(2);
  private static final long ROW = AttentionSoftmax.ROW;
  private static final long HALF = 4L * LANES;

  private final AttentionSizes z;
  private final AttentionScores[] blocks;
  private final NativePool pool;
  private final Rows q;
  private final Rows k;
  private final Rows v;
  private final Rows out;
  private final MemorySegment lse;
  private final int parts;

  // offsets in a chunk's scratch memory; lp is D, lv is E in whole vectors
  private final int lp;
  private final int lv;
  private final long kPack; // [S, lp]
  private final long vPack; // [S, lv]
  private final long qPack; // [D, WIDTH]
  private final long scores; // [S, WIDTH]
  private final long sums; // [WIDTH, lv], the output before it is normalised
  private final long tile; // [ROWS, lv], what is added to the sums
  private final long mask; // [2, WIDTH] what each query sees
  private final long shift; // [WIDTH] maxima
  private final long total; // [WIDTH] sums of exponentials, then their inverses
  private final long scratchBytes;

  AttentionForward(
      NativePool pool,
      AttentionSizes z,
      TensorView q,
      TensorView k,
      TensorView v,
      TensorView out,
      TensorView lse) {
    this.pool = pool;
    this.z = z;
    blocks = AttentionScores.blocks(z);
    this.q = Rows.of(q);
    this.k = Rows.of(k);
    this.v = Rows.of(v);
    this.out = Rows.of(out);
    this.lse = lse.segment();
    int shares = z.headsPerGroup() * z.queryBlocks();
    parts = Math.clamp(MIN_CHUNKS / Math.max(1, z.b() * z.g()), 1, Math.max(1, shares));
    lp = z.lanes();
    lv = z.valueLanes();
    Layout layout = new Layout();
    kPack = layout.floats((long) z.paddedKeys() * lp);
    vPack = layout.floats((long) z.paddedKeys() * lv);
    qPack = layout.floats((long) z.d() * WIDTH);
    scores = layout.floats((long) z.paddedKeys() * WIDTH);
    sums = layout.floats((long) WIDTH * lv);
    tile = layout.floats((long) ROWS * lv);
    mask = layout.floats(AttentionScores.FLOATS);
    shift = layout.floats(WIDTH);
    total = layout.floats(WIDTH);
    scratchBytes = layout.bytes();
  }

  int chunks() {
    return z.b() * z.g() * parts;
  }

  void run(int chunk) {
    MemorySegment m = pool.acquire(scratchBytes);
    try {
      int head = chunk / parts;
      int part = chunk % parts;
      int batch = head / z.g();
      int group = head % z.g();
      int shares = z.headsPerGroup() * z.queryBlocks();
      pack(m, batch, group);
      for (int i = shares * part / parts; i < shares * (part + 1) / parts; i++) {
        int h = group * z.headsPerGroup() + i / z.queryBlocks();
        block(m, batch, h, i % z.queryBlocks() * WIDTH);
      }
    } finally {
      pool.release(m);
    }
  }

  private void pack(MemorySegment m, int batch, int group) {
    int pad = z.paddedKeys() - z.s();
    long kAt = k.at(batch, 0, group);
    long vAt = v.at(batch, 0, group);
    AttentionPack.rows(k, kAt, z.s(), z.d(), m, kPack, lp, pad);
    AttentionPack.rows(v, vAt, z.s(), z.e(), m, vPack, lv, pad);
  }

  /// Queries `t0 .. t0 + WIDTH - 1` of one head.
  private void block(MemorySegment m, int batch, int h, int t0) {
    int queries = Math.min(WIDTH, z.t() - t0);
    AttentionScores seen = blocks[t0 / WIDTH];
    float c = (float) (z.scale() / LN2);
    long at = q.at(batch, t0, h);
    AttentionPack.transposed(q.memory(), at, q.rowBytes(), queries, z.d(), c, m, qPack);
    seen.write(m, mask);
    scores(m, seen, batch, h);
    max(m, seen);
    AttentionPack.zero(m, total, WIDTH);
    int s = seen.first();
    do {
      weigh(m, s, Math.min(KEYS, seen.end() - s), queries, seen);
      s += KEYS;
    } while (s < seen.end());
    finish(m, batch, h, t0, queries);
  }

  /// `Sᵀ = K (c Q)ᵀ`, masked.
  private void scores(MemorySegment m, AttentionScores seen, int batch, int h) {
    for (int s = seen.first(); s < seen.end(); s += ROWS) {
      long a = kPack + 4L * s * lp;
      long to = scores + s * ROW;
      AttentionTile.wide(m, a, 4L * lp, 4, qPack, ROW, z.d(), to, ROW);
      seen.apply(m, to, s, mask, batch, h);
    }
  }

  /// Column maxima. A column that sees no key gets 0, so that its weights become `2^-∞ = 0`.
  private void max(MemorySegment m, AttentionScores seen) {
    long from = scores + seen.first() * ROW;
    int keys = seen.end() - seen.first();
    AttentionSoftmax.max(m, from, keys, shift);
    AttentionSoftmax.max(m, from + HALF, keys, shift + HALF);
    for (int i = 0; i < WIDTH; i++) {
      if (m.get(JAVA_FLOAT, shift + 4L * i) == Float.NEGATIVE_INFINITY) {
        m.set(JAVA_FLOAT, shift + 4L * i, 0f);
      }
    }
  }

  /// Adds to `P V` and to the totals what the keys `s .. s + n - 1` give, for each tile of queries
  /// up to the last key it sees.
  private void weigh(MemorySegment m, int s, int n, int queries, AttentionScores seen) {
    long row = 4L * lv;
    long from = scores + s * ROW;
    AttentionSoftmax.exp(m, from, n, shift, total);
    AttentionSoftmax.exp(m, from + HALF, n, shift + HALF, total + HALF);
    for (int i = 0; i < queries; i += ROWS) {
      int keys = Math.clamp((long) seen.end(i) - s, 0, n);
      long to = s == seen.first() ? sums + i * row : tile;
      AttentionTile.rows(m, from + 4L * i, 4, ROW, vPack + s * row, row, keys, to, row, lv);
      if (s > seen.first()) {
        AttentionTile.add(m, tile, row, sums + i * row, row, lv);
      }
    }
  }

  private void finish(MemorySegment m, int batch, int h, int t0, int queries) {
    long lseAt = 4L * (((long) batch * z.h() + h) * z.t() + t0);
    for (int i = 0; i < queries; i++) {
      float sum = m.get(JAVA_FLOAT, total + 4L * i);
      double max = m.get(JAVA_FLOAT, shift + 4L * i);
      lse.set(JAVA_FLOAT, lseAt + 4L * i, (float) (max * LN2 + Math.log(sum)));
      m.set(JAVA_FLOAT, total + 4L * i, sum == 0 ? 0 : 1 / sum);
    }
    long to = out.at(batch, t0, h);
    AttentionPack.unpack(m, sums, lv, queries, z.e(), total, 4, out.memory(), to, out.rowBytes());
  }
}
