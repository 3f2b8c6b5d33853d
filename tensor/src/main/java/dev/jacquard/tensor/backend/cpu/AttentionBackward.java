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
import org.jspecify.annotations.Nullable;

/// One backward call. A chunk owns one key head of one batch entry and so its `dK` and `dV`.
///
/// For each block of `WIDTH` queries and each block of `KEYS` keys, with `c = scale / ln 2`:
///
/// ```
/// Sᵀ  = K (c Q)ᵀ          dPᵀ = V dOᵀ
/// Pᵀ  = 2^(Sᵀ - lse)      dSᵀ = Pᵀ · (dPᵀ - δ),   δ = Σ_d dO · O
/// dV += Pᵀ dO             dK += dSᵀ Q             dQ = dS K
/// ```
///
/// `dK` and `dQ` are multiplied by `scale` as they leave scratch memory. Dao 2023
/// (arXiv:2307.08691), algorithm 2, with the loop over queries outside.
final class AttentionBackward {
  /* A score block of KEYS keys and the packed queries fit L1; K, V, dK, dV and dS of one head stay in L2. */

  private static final int KEYS = 32;
  private static final double LN2 = Math.log(2);
  private static final long ROW = AttentionSoftmax.ROW;
  private static final long HALF = 4L * LANES;

  private final AttentionSizes z;
  private final AttentionScores[] blocks;
  private final NativePool pool;
  private final Rows dOut;
  private final Rows q;
  private final Rows k;
  private final Rows v;
  private final Rows out;
  private final Rows dq;
  private final Rows dk;
  private final Rows dv;
  private final MemorySegment lse;
  private final @Nullable MemorySegment dBias;

  // offsets in a chunk's scratch memory; lp is D, lv is E in whole vectors
  private final int lp;
  private final int lv;
  private final long kPack; // [S, lp]
  private final long vPack; // [S, lv]
  private final long dkSum; // [S, lp]
  private final long dvSum; // [S, lv]
  private final long qTransposed; // [D, WIDTH], times c
  private final long doTransposed; // [E, WIDTH]
  private final long outTransposed; // [E, WIDTH]
  private final long qPack; // [WIDTH, lp]
  private final long doPack; // [WIDTH, lv]
  private final long dqSum; // [WIDTH, lp]
  private final long p; // [KEYS, WIDTH] scores, then probabilities
  private final long ds; // [S, WIDTH] their gradients, then the scores'
  private final long tile; // [ROWS, the larger of lp and lv] what is added to dK or dV
  private final long mask; // [2, WIDTH] what each query sees
  private final long shift; // [WIDTH] lse / ln 2
  private final long delta; // [WIDTH]
  private final long unused; // [LANES] sums of probabilities
  private final long factors; // 1 and scale
  private final long scratchBytes;

  AttentionBackward(
      NativePool pool,
      AttentionSizes z,
      TensorView dOut,
      TensorView q,
      TensorView k,
      TensorView v,
      TensorView out,
      TensorView lse,
      TensorView dq,
      TensorView dk,
      TensorView dv,
      @Nullable TensorView dBias) {
    this.pool = pool;
    this.z = z;
    blocks = AttentionScores.blocks(z);
    this.dOut = Rows.of(dOut);
    this.q = Rows.of(q);
    this.k = Rows.of(k);
    this.v = Rows.of(v);
    this.out = Rows.of(out);
    this.dq = Rows.of(dq);
    this.dk = Rows.of(dk);
    this.dv = Rows.of(dv);
    this.lse = lse.segment();
    this.dBias = dBias == null ? null : dBias.segment();
    lp = z.lanes();
    lv = z.valueLanes();
    Layout layout = new Layout();
    kPack = layout.floats((long) z.paddedKeys() * lp);
    vPack = layout.floats((long) z.paddedKeys() * lv);
    dkSum = layout.floats((long) z.paddedKeys() * lp);
    dvSum = layout.floats((long) z.paddedKeys() * lv);
    qTransposed = layout.floats((long) z.d() * WIDTH);
    doTransposed = layout.floats((long) z.e() * WIDTH);
    outTransposed = layout.floats((long) z.e() * WIDTH);
    qPack = layout.floats((long) WIDTH * lp);
    doPack = layout.floats((long) WIDTH * lv);
    dqSum = layout.floats((long) WIDTH * lp);
    p = layout.floats((long) KEYS * WIDTH);
    ds = layout.floats((long) z.paddedKeys() * WIDTH);
    tile = layout.floats((long) ROWS * Math.max(lp, lv));
    mask = layout.floats(AttentionScores.FLOATS);
    shift = layout.floats(WIDTH);
    delta = layout.floats(WIDTH);
    unused = layout.floats(LANES);
    factors = layout.floats(2);
    scratchBytes = layout.bytes();
  }

  int chunks() {
    return z.b() * z.g();
  }

  void run(int chunk) {
    MemorySegment m = pool.acquire(scratchBytes);
    try {
      int batch = chunk / z.g();
      int group = chunk % z.g();
      packKeys(m, batch, group);
      for (int h = group * z.headsPerGroup(); h < (group + 1) * z.headsPerGroup(); h++) {
        for (int t0 = 0; t0 < z.t(); t0 += WIDTH) {
          block(m, batch, h, t0);
        }
      }
      unpackKeys(m, batch, group);
    } finally {
      pool.release(m);
    }
  }

  private void packKeys(MemorySegment m, int batch, int group) {
    int pad = z.paddedKeys() - z.s();
    long kAt = k.at(batch, 0, group);
    long vAt = v.at(batch, 0, group);
    AttentionPack.rows(k.memory(), kAt, k.rowBytes(), z.s(), z.d(), m, kPack, lp, pad);
    AttentionPack.rows(v.memory(), vAt, v.rowBytes(), z.s(), z.e(), m, vPack, lv, pad);
    AttentionPack.zero(m, dkSum, z.paddedKeys() * lp);
    AttentionPack.zero(m, dvSum, z.paddedKeys() * lv);
    m.set(JAVA_FLOAT, factors, 1f);
    m.set(JAVA_FLOAT, factors + 4, z.scale());
  }

  private void unpackKeys(MemorySegment m, int batch, int group) {
    long dkAt = dk.at(batch, 0, group);
    long dvAt = dv.at(batch, 0, group);
    AttentionPack.unpack(
        m, dkSum, lp, z.s(), z.d(), factors + 4, 0, dk.memory(), dkAt, dk.rowBytes());
    AttentionPack.unpack(m, dvSum, lv, z.s(), z.e(), factors, 0, dv.memory(), dvAt, dv.rowBytes());
  }

  /// Queries `t0 .. t0 + WIDTH - 1` of one head.
  private void block(MemorySegment m, int batch, int h, int t0) {
    int queries = Math.min(WIDTH, z.t() - t0);
    AttentionScores seen = blocks[t0 / WIDTH];
    packQueries(m, batch, h, t0, queries);
    seen.write(m, mask);
    for (int s0 = seen.first(); s0 < seen.end(); s0 += KEYS) {
      int n = Math.min(KEYS, AttentionSizes.roundUp(seen.end() - s0, ROWS));
      scores(m, s0, n, seen, batch, h);
      long to = ds + s0 * ROW;
      AttentionSoftmax.exp(m, p, n, shift, unused);
      AttentionSoftmax.exp(m, p + HALF, n, shift + HALF, unused);
      AttentionSoftmax.backward(m, p, to, n, delta);
      AttentionSoftmax.backward(m, p + HALF, to + HALF, n, delta + HALF);
      keyGradients(m, s0, n, queries, seen);
    }
    queryGradients(m, queries, seen);
    if (dBias != null) {
      biasGradients(m, dBias, ((long) batch * z.h() + h) * z.t() + t0, queries, seen);
    }
    long dqAt = dq.at(batch, t0, h);
    AttentionPack.unpack(
        m, dqSum, lp, queries, z.d(), factors + 4, 0, dq.memory(), dqAt, dq.rowBytes());
  }

  private void packQueries(MemorySegment m, int batch, int h, int t0, int queries) {
    int d = z.d();
    int e = z.e();
    float c = (float) (z.scale() / LN2);
    long qAt = q.at(batch, t0, h);
    long doAt = dOut.at(batch, t0, h);
    int pad = WIDTH - queries;
    AttentionPack.transposed(q.memory(), qAt, q.rowBytes(), queries, d, c, m, qTransposed);
    AttentionPack.transposed(dOut.memory(), doAt, dOut.rowBytes(), queries, e, 1, m, doTransposed);
    AttentionPack.rows(q.memory(), qAt, q.rowBytes(), queries, d, m, qPack, lp, pad);
    AttentionPack.rows(dOut.memory(), doAt, dOut.rowBytes(), queries, e, m, doPack, lv, pad);
    long outAt = out.at(batch, t0, h);
    AttentionPack.transposed(out.memory(), outAt, out.rowBytes(), queries, e, 1, m, outTransposed);
    AttentionSoftmax.delta(m, doTransposed, outTransposed, e, delta);
    AttentionSoftmax.delta(m, doTransposed + HALF, outTransposed + HALF, e, delta + HALF);
    long lseAt = 4L * (((long) batch * z.h() + h) * z.t() + t0);
    for (int i = 0; i < WIDTH; i++) {
      float lg = i < queries ? lse.get(JAVA_FLOAT, lseAt + 4L * i) : Float.NEGATIVE_INFINITY;
      // a row that sees nothing, or is none, must weigh nothing: 2^(s - ∞) = 0
      boolean empty = lg == Float.NEGATIVE_INFINITY;
      m.set(JAVA_FLOAT, shift + 4L * i, empty ? Float.POSITIVE_INFINITY : (float) (lg / LN2));
    }
  }

  /// `Sᵀ` and `dPᵀ` of keys `s0 .. s0 + n - 1`.
  private void scores(MemorySegment m, int s0, int n, AttentionScores seen, int batch, int h) {
    long kRow = 4L * lp;
    long vRow = 4L * lv;
    for (int s = s0; s < s0 + n; s += ROWS) {
      long to = p + (s - s0) * ROW;
      AttentionTile.wide(m, kPack + s * kRow, kRow, 4, qTransposed, ROW, z.d(), to, ROW);
      long dp = ds + s * ROW;
      AttentionTile.wide(m, vPack + s * vRow, vRow, 4, doTransposed, ROW, z.e(), dp, ROW);
      seen.apply(m, to, s, mask, batch, h);
    }
  }

  /// `dV += Pᵀ dO` and `dK += dSᵀ Q`, from the first query that sees a key of the tile.
  private void keyGradients(MemorySegment m, int s0, int n, int queries, AttentionScores seen) {
    long kRow = 4L * lp;
    long vRow = 4L * lv;
    for (int s = s0; s < s0 + n; s += ROWS) {
      int first = seen.firstQuery(s);
      int count = queries - first;
      long a = p + (s - s0) * ROW + 4L * first;
      AttentionTile.rows(m, a, ROW, 4, doPack + first * vRow, vRow, count, tile, vRow, lv);
      AttentionTile.add(m, tile, vRow, dvSum + s * vRow, vRow, lv);
      a = ds + s * ROW + 4L * first;
      AttentionTile.rows(m, a, ROW, 4, qPack + first * kRow, kRow, count, tile, kRow, lp);
      AttentionTile.add(m, tile, kRow, dkSum + s * kRow, kRow, lp);
    }
  }

  /// `dQ = dS K`, up to the last key that a query of the tile sees.
  private void queryGradients(MemorySegment m, int queries, AttentionScores seen) {
    long row = 4L * lp;
    int s0 = seen.first();
    for (int i = 0; i < queries; i += ROWS) {
      int keys = Math.max(0, seen.end(i) - s0);
      long a = ds + s0 * ROW + 4L * i;
      AttentionTile.rows(m, a, 4, ROW, kPack + s0 * row, row, keys, dqSum + i * row, row, lp);
    }
  }

  /// Copies `dS` of the block's queries to rows of the bias's gradient, from row `row` on.
  private void biasGradients(
      MemorySegment m, MemorySegment to, long row, int queries, AttentionScores seen) {
    for (int i = 0; i < queries; i++) {
      long at = 4 * (row + i) * z.s();
      RowLoops.fill(to, at, 0f, z.s());
      for (int s = seen.first(); s < seen.end(); s++) {
        to.set(JAVA_FLOAT, at + 4L * s, m.get(JAVA_FLOAT, ds + s * ROW + 4L * i));
      }
    }
  }
}
