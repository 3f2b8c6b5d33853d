package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import org.jspecify.annotations.Nullable;

/// Causal linear attention with decay, for each head
///
/// ```text
/// S[t] = exp(a[t]) · S[t-1] + k[t] v[t]ᵀ,  y[t] = S[t]ᵀ q[t]
/// ```
///
/// computed in chunks: inside a chunk as attention without a softmax, `y[i] = Σ_j≤i (q[i]·k[j])
/// exp(a[j+1] + .. + a[i]) v[j]`, between chunks through the state `S`.
///
/// Katharopoulos et al. 2020 (arXiv:2006.16236), eq. 10, without decay; Sun et al. 2023
/// (arXiv:2307.08621), eq. 7; Dao & Gu 2024 (arXiv:2405.21060), section 6. A column of ones in `v`
/// gives the normaliser `Σ q·k` in the same column of `y`.
public final class LinearAttentionOp {
  /// A length of chunks that suits heads of 32 to 128.
  public static final int CHUNK = 64;

  private LinearAttentionOp() {}

  /// What came out.
  ///
  /// @param y `[B, T, H, E]`
  /// @param state `[B, H, D, E]`, to go on from with the next positions
  public record Result(Tensor y, Tensor state) {}

  /// Attends without decay: `a = 0`.
  ///
  /// @param q `[B, T, G, D]`, f32, `G` a divisor of `H`
  /// @param k `[B, T, G, D]`, f32
  /// @param v `[B, T, H, E]`, f32
  /// @param initial `[B, H, D, E]`, the state before the first position, or null for zeros
  /// @param chunk positions in a chunk, at least 1; changes rounding only
  /// @return result and new state
  /// @throws ShapeException if the shapes do not fit together
  public static Result apply(Tensor q, Tensor k, Tensor v, @Nullable Tensor initial, int chunk) {
    check("linearAttention", q, k, v, initial, chunk);
    Tensor none = Tensor.zeros(v.backend(), v.shape().dropLast());
    return apply(q, k, v, none, initial, chunk);
  }

  /// Attends with decay.
  ///
  /// @param q `[B, T, G, D]`, f32, `G` a divisor of `H`; head `h` reads group `h / (H / G)`
  /// @param k `[B, T, G, D]`, f32
  /// @param v `[B, T, H, E]`, f32
  /// @param logDecay `[B, T, H]`, f32, `a`; usually below 0
  /// @param initial `[B, H, D, E]`, the state before the first position, or null for zeros
  /// @param chunk positions in a chunk, at least 1; changes rounding only
  /// @return result and new state
  /// @throws ShapeException if the shapes do not fit together
  public static Result apply(
      Tensor q, Tensor k, Tensor v, Tensor logDecay, @Nullable Tensor initial, int chunk) {
    check("linearAttention", q, k, v, initial, chunk);
    Broadcasting.requireF32("linearAttention", "logDecay", logDecay, v);
    Shapes.requireSame("linearAttention", v.shape().dropLast(), logDecay.shape());
    long batch = v.shape().dim(0);
    long length = v.shape().dim(1);
    long heads = v.shape().dim(2);
    int size = (int) Math.min(chunk, length); // L
    long groups = q.shape().dim(2);
    Tensor qs = chunks(q, size, groups, 1); // [B, N, G, 1, L, D]
    Tensor ks = chunks(k, size, groups, 1); // [B, N, G, 1, L, D]
    Tensor vs = chunks(v, size, groups, heads / groups); // [B, N, G, H/G, L, E]
    Tensor column = logDecay.reshape(logDecay.shape().append(1).toArray());
    Tensor decay = chunks(column, size, groups, heads / groups); // [B, N, G, H/G, L, 1]

    Tensor between = between(decay); // [B, N, G, H/G, L, L]
    Tensor scores = TriangleOp.lower(qs.matmul(ks.transpose(-2, -1)), 0); // [B, N, G, 1, L, L]
    Tensor inside = scores.mul(between).matmul(vs); // [B, N, G, H/G, L, E]

    Tensor toEnd = between.narrow(-2, size - 1, 1).transpose(-2, -1); // [B, N, G, H/G, L, 1]
    Tensor updates = ks.transpose(-2, -1).matmul(vs.mul(toEnd)); // [B, N, G, H/G, D, E]
    Tensor fromStart = CumsumOp.apply(decay, -2).map(Unary.EXP); // [B, N, G, H/G, L, 1]
    Shape grouped = updates.shape();
    long n = grouped.dim(1);
    Tensor whole = fromStart.narrow(-2, size - 1, 1).reshape(batch, n, heads);
    CarriedStateOp.States states =
        CarriedStateOp.apply(
            updates.reshape(batch, n, heads, grouped.dim(-2), grouped.dim(-1)), whole, initial);
    Tensor found = states.before().reshape(grouped.toArray());
    Tensor across = qs.matmul(found).mul(fromStart); // [B, N, G, H/G, L, E]

    Tensor y = inside.add(across).permute(0, 1, 4, 2, 3, 5); // [B, N, L, G, H/G, E]
    Tensor joined = y.reshape(batch, n * size, heads, v.shape().last());
    return new Result(joined.narrow(1, 0, length), states.last());
  }

  /// `[B, T, H, X]` as `[B, N, G, H/G, L, X]`, zeros added behind the last position.
  private static Tensor chunks(Tensor x, int size, long groups, long heads) {
    Shape shape = x.shape();
    long chunks = (shape.dim(1) + size - 1) / size;
    Tensor padded = PadOp.constant(x, 1, 0, chunks * size - shape.dim(1), 0);
    return padded
        .reshape(shape.dim(0), chunks, size, groups, heads, shape.last())
        .permute(0, 1, 3, 4, 2, 5);
  }

  /// `exp(a[j+1] + .. + a[i])` in row `i`, column `j <= i`, for `a` `[..., L, 1]`. Each sum is
  /// added up by itself: a difference of two running sums would lose the digits of small ones.
  private static Tensor between(Tensor a) {
    long size = a.shape().dim(-2);
    Tensor rows = ExpandOp.apply(a, a.shape().with(-1, size).toArray()); // a[i] in row i
    return CumsumOp.apply(TriangleOp.lower(rows, -1), -2).map(Unary.EXP);
  }

  /// Refuses what does not fit, in the name of an operator that calls `k` and `q` its own way.
  static void check(String op, Tensor q, Tensor k, Tensor v, @Nullable Tensor initial, int chunk) {
    Broadcasting.requireF32(op, "q", q);
    Broadcasting.requireF32(op, "k", k, q);
    Broadcasting.requireF32(op, "v", v, q);
    Shapes.requireRank(op, "q", q.shape(), 4);
    Shapes.requireRank(op, "v", v.shape(), 4);
    Shapes.requireSame(op, q.shape(), k.shape());
    if (initial != null) {
      Broadcasting.requireF32(op, "initial", initial, q);
      Shapes.require(
          op,
          "initial",
          initial.shape(),
          v.shape().dim(0),
          v.shape().dim(2),
          k.shape().last(),
          v.shape().last());
    }
    Shapes.requireSame(op, q.shape().dropLast().dropLast(), v.shape().dropLast().dropLast());
    long heads = v.shape().dim(2);
    if (q.shape().dim(2) < 1 || heads % q.shape().dim(2) != 0) {
      throw new ShapeException(
          "%s: heads do not group; v has %d, k has %d; need a divisor"
              .formatted(op, heads, q.shape().dim(2)));
    }
    if (chunk < 1 || v.shape().dim(1) < 1) {
      throw new ShapeException(
          "%s: nothing to do; chunks of %d, v %s; need one position at least"
              .formatted(op, chunk, v.shape()));
    }
  }
}
