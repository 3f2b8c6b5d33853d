package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.ArgMaxOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;

/// The search for the nearest code: `argmin |z - e|² = argmax (z · e - |e|² / 2)`.
///
/// One matrix product for so many vectors at a time that the table of scores stays small.
public final class NearestCode {
  private static final long MOST_SCORES = 1 << 22;

  private NearestCode() {}

  /// Finds the nearest code of each vector, the first where several are equally near.
  ///
  /// @param z `[N, d]`, f32
  /// @param codes `[K, d]`, f32
  /// @return `[N]`, i32; no gradient flows
  public static Tensor indices(Tensor z, Tensor codes) {
    int n = z.shape().intDim(0);
    int chunk = Math.clamp(MOST_SCORES / codes.shape().dim(0), 1, Math.max(1, n));
    Tensor indices = Tensor.empty(z.backend(), DType.I32, Shape.of(n));
    Tape.paused(
        () ->
            TensorScope.call(
                "nearest code",
                () -> {
                  Tensor e = codes.detach();
                  Tensor half = SumOp.apply(e.mul(e), 1).scale(0.5f).reshape(1, -1); // [1, K]
                  for (int from = 0; from < n; from += chunk) {
                    int rows = Math.min(chunk, n - from);
                    Tensor part = z.detach().narrow(0, from, rows); // [R, d]
                    Tensor scores = LinearOp.apply(part, e).sub(half); // [R, K]
                    indices.narrow(0, from, rows).copyFrom(ArgMaxOp.apply(scores, 1));
                  }
                  return n;
                }));
    return indices;
  }
}
