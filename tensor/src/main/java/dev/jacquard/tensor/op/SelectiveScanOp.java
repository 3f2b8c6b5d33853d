package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.LinearAttentionOp.Result;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import org.jspecify.annotations.Nullable;

/// The selective state-space model of Mamba-2, for each head `h`
///
/// ```text
/// S[t] = exp(dt[t] · A) · S[t-1] + dt[t] · b[t] x[t]ᵀ,  y[t] = S[t]ᵀ c[t]
/// ```
///
/// Dao & Gu 2024 (arXiv:2405.21060), eq. 4 with a scalar `A` for each head. By their duality
/// (section 3) it is linear attention of queries `c`, keys `b` and values `dt · x`, and is computed
/// so, in chunks. Differs: the skip `D · x` is left to the layer.
public final class SelectiveScanOp {
  private SelectiveScanOp() {}

  /// Runs the model over a sequence.
  ///
  /// @param x `[B, T, H, P]`, f32
  /// @param dt `[B, T, H]`, f32, step sizes, positive
  /// @param a `[H]`, f32, `A`, negative
  /// @param b `[B, T, G, N]`, f32, `G` a divisor of `H`
  /// @param c `[B, T, G, N]`, f32
  /// @param initial `[B, H, N, P]`, the state before the first position, or null for zeros
  /// @param chunk positions in a chunk, at least 1; changes rounding only
  /// @return `[B, T, H, P]` and the state after the last position, `[B, H, N, P]`
  /// @throws ShapeException if the shapes do not fit together
  public static Result apply(
      Tensor x, Tensor dt, Tensor a, Tensor b, Tensor c, @Nullable Tensor initial, int chunk) {
    Broadcasting.requireF32("selectiveScan", "x", x);
    Broadcasting.requireF32("selectiveScan", "dt", dt, x);
    Broadcasting.requireF32("selectiveScan", "a", a, x);
    Shapes.requireRank("selectiveScan", "x", x.shape(), 4);
    Shapes.requireSame("selectiveScan", x.shape().dropLast(), dt.shape());
    Shapes.require("selectiveScan", "a", a.shape(), x.shape().dim(2));
    LinearAttentionOp.check("selectiveScan", c, b, x, initial, chunk);
    Tensor values = x.mul(dt.reshape(dt.shape().append(1).toArray())); // [B, T, H, P]
    return LinearAttentionOp.apply(c, b, values, dt.mul(a), initial, chunk);
  }
}
