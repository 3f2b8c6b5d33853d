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

/// One backward call. A chunk owns one key head of one batch entry and so its `dK` and `dV`.
///
/// For each block of `WIDTH` queries and each block of `KEYS` keys, with `c = scale / ln 2`:
///
/// ```
/// Sᵀ  = K (c Q)ᵀ          dPᵀ = V dOᵀ
/// Pᵀ  = 2^(Sᵀ - lse)      dSᵀ = Pᵀ · (dPᵀ - δ),   δ = Σ_d dO · O
/// dV += Pᵀ dO             dK += dSᵀ Q             dQ += dS K
/// ```
///
/// `dK` and `dQ` are multiplied by `scale` as they leave scratch memory. Dao 2023
/// (arXiv:2307.08691), algorithm 2, with the loop over queries outside.
final class AttentionBackward {
  /* The two score blocks of KEYS keys and the packed query block fit L1; K, V, dK and dV of one head stay in L2. */

  private static final int KEYS = 32;
  private static final double LN2 = Math.log(2);
  private static final long ROW = 4L * WIDTH;

  private final AttentionSizes z;
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

  // offsets in a chunk's scratch memory; lp is D in whole vectors
  private final int lp;
  private final long kPack; // [S, lp]
  private final long vPack; // [S, lp]
  private final long dkSum; // [S, lp]
  private final long dvSum; // [S, lp]
  private final long qTransposed; // [D, WIDTH], times c
  private final long doTransposed; // [D, WIDTH]
  private final long qPack; // [WIDTH, lp]
  private final long doPack; // [WIDTH, lp]
  private final long dqSum; // [WIDTH, lp]
  private final long p; // [KEYS, WIDTH] scores, then probabilities
  private final long dp; // [KEYS, WIDTH] their gradients
  private final long mask;
  private final long shift; // [WIDTH] lse / ln 2
  private final long delta; // [WIDTH]
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
      TensorView dv) {
    this.pool = pool;
    this.z = z;
    this.dOut = Rows.of(dOut);
    this.q = Rows.of(q);
    this.k = Rows.of(k);
    this.v = Rows.of(v);
    this.out = Rows.of(out);
    this.dq = Rows.of(dq);
    this.dk = Rows.of(dk);
    this.dv = Rows.of(dv);
    this.lse = lse.segment();
    lp = z.lanes();
    Layout layout = new Layout();
    kPack = layout.floats((long) z.paddedKeys() * lp);
    vPack = layout.floats((long) z.paddedKeys() * lp);
    dkSum = layout.floats((long) z.paddedKeys() * lp);
    dvSum = layout.floats((long) z.paddedKeys() * lp);
    qTransposed = layout.floats((long) z.d() * WIDTH);
    doTransposed = layout.floats((long) z.d() * WIDTH);
    qPack = layout.floats((long) WIDTH * lp);
    doPack = layout.floats((long) WIDTH * lp);
    dqSum = layout.floats((long) WIDTH * lp);
    p = layout.floats((long) KEYS * WIDTH);
    dp = layout.floats((long) KEYS * WIDTH);
    mask = layout.floats(AttentionMask.FLOATS);
    shift = layout.floats(WIDTH);
    delta = layout.floats(WIDTH);
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
    AttentionPack.rows(v.memory(), vAt, v.rowBytes(), z.s(), z.d(), m, vPack, lp, pad);
    AttentionPack.zero(m, dkSum, z.paddedKeys() * lp);
    AttentionPack.zero(m, dvSum, z.paddedKeys() * lp);
    AttentionMask.write(m, mask);
    m.set(JAVA_FLOAT, factors, 1f);
    m.set(JAVA_FLOAT, factors + 4, z.scale());
  }

  private void unpackKeys(MemorySegment m, int batch, int group) {
    long dkAt = dk.at(batch, 0, group);
    long dvAt = dv.at(batch, 0, group);
    AttentionPack.unpack(
        m, dkSum, lp, z.s(), z.d(), factors + 4, 0, dk.memory(), dkAt, dk.rowBytes());
    AttentionPack.unpack(m, dvSum, lp, z.s(), z.d(), factors, 0, dv.memory(), dvAt, dv.rowBytes());
  }

  /// Queries `t0 .. t0 + WIDTH - 1` of one head.
  private void block(MemorySegment m, int batch, int h, int t0) {
    int queries = Math.min(WIDTH, z.t() - t0);
    int keys = z.keysSeen(t0 + queries);
    packQueries(m, batch, h, t0, queries);
    for (int s0 = 0; s0 < keys; s0 += KEYS) {
      int n =
          Math.min(KEYS, AttentionSizes.roundUp(keys - s0, ROWS)); // all rows of a tile are used
      scores(m, s0, n, z.offset() + t0);
      AttentionSoftmax.backward(m, p, dp, ROW, n, shift, delta);
      long half = 4L * LANES;
      AttentionSoftmax.backward(m, p + half, dp + half, ROW, n, shift + half, delta + half);
      keyGradients(m, s0, n, queries, z.offset() + t0);
      queryGradients(m, s0, n, queries, z.offset() + t0);
    }
    long dqAt = dq.at(batch, t0, h);
    AttentionPack.unpack(
        m, dqSum, lp, queries, z.d(), factors + 4, 0, dq.memory(), dqAt, dq.rowBytes());
  }

  private void packQueries(MemorySegment m, int batch, int h, int t0, int queries) {
    int d = z.d();
    float c = (float) (z.scale() / LN2);
    long qAt = q.at(batch, t0, h);
    long doAt = dOut.at(batch, t0, h);
    int pad = WIDTH - queries;
    AttentionPack.transposed(q.memory(), qAt, q.rowBytes(), queries, d, c, m, qTransposed);
    AttentionPack.transposed(dOut.memory(), doAt, dOut.rowBytes(), queries, d, 1, m, doTransposed);
    AttentionPack.rows(q.memory(), qAt, q.rowBytes(), queries, d, m, qPack, lp, pad);
    AttentionPack.rows(dOut.memory(), doAt, dOut.rowBytes(), queries, d, m, doPack, lp, pad);
    AttentionPack.zero(m, dqSum, WIDTH * lp);
    long lseAt = 4L * (((long) batch * z.h() + h) * z.t() + t0);
    for (int i = 0; i < WIDTH; i++) {
      float lg = i < queries ? lse.get(JAVA_FLOAT, lseAt + 4L * i) : Float.NEGATIVE_INFINITY;
      // a row that sees nothing, or is none, must weigh nothing: 2^(s - ∞) = 0
      boolean empty = lg == Float.NEGATIVE_INFINITY;
      m.set(JAVA_FLOAT, shift + 4L * i, empty ? Float.POSITIVE_INFINITY : (float) (lg / LN2));
      m.set(JAVA_FLOAT, delta + 4L * i, i < queries ? delta(batch, t0 + i, h) : 0);
    }
  }

  private float delta(int batch, int t, int h) {
    return AttentionPack.dot(
        dOut.memory(), dOut.at(batch, t, h), out.memory(), out.at(batch, t, h), z.d());
  }

  /// `Sᵀ` and `dPᵀ` of keys `s0 .. s0 + n - 1`; `pos` is the position of the block's first query.
  private void scores(MemorySegment m, int s0, int n, int pos) {
    long lpBytes = 4L * lp;
    long zeros = mask + AttentionMask.full(0, ROWS);
    for (int i = 0; i < n; i += ROWS) {
      int s = s0 + i;
      long to = i * ROW;
      long start =
          mask + (z.causal() ? AttentionMask.causal(s, pos) : AttentionMask.full(s, z.s()));
      AttentionTile.wide(
          m, kPack + s * lpBytes, lpBytes, 4, qTransposed, ROW, z.d(), start, ROW, p + to, ROW);
      AttentionTile.wide(
          m, vPack + s * lpBytes, lpBytes, 4, doTransposed, ROW, z.d(), zeros, 0, dp + to, ROW);
    }
  }

  /// `dV += Pᵀ dO` and `dK += dSᵀ Q`, from the first query that sees a key of the tile.
  private void keyGradients(MemorySegment m, int s0, int n, int queries, int pos) {
    long lpBytes = 4L * lp;
    for (int i = 0; i < n; i += ROWS) {
      int s = s0 + i;
      int first = z.causal() ? Math.max(0, s - pos) : 0;
      long a = i * ROW + 4L * first;
      long b = first * lpBytes;
      long dvAt = dvSum + s * lpBytes;
      long dkAt = dkSum + s * lpBytes;
      int depth = queries - first;
      AttentionTile.row(
          m, p + a, ROW, 4, doPack + b, lpBytes, depth, dvAt, lpBytes, dvAt, lpBytes, lp);
      AttentionTile.row(
          m, dp + a, ROW, 4, qPack + b, lpBytes, depth, dkAt, lpBytes, dkAt, lpBytes, lp);
    }
  }

  /// `dQ += dS K`, up to the last key that a query of the tile sees.
  private void queryGradients(MemorySegment m, int s0, int n, int queries, int pos) {
    long lpBytes = 4L * lp;
    for (int i = 0; i < queries; i += ROWS) {
      int depth = z.causal() ? Math.min(n, pos + i + ROWS - s0) : n;
      long dqAt = dqSum + i * lpBytes;
      long b = kPack + s0 * lpBytes;
      AttentionTile.row(
          m, dp + 4L * i, 4, ROW, b, lpBytes, depth, dqAt, lpBytes, dqAt, lpBytes, lp);
    }
  }
}
