package dev.jacquard.models.var;

import dev.jacquard.models.quantizer.MultiScaleResidualQuantizer;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// What a next-scale transformer reads of known pictures: at each map the sum of the coarser ones,
/// shrunk to its size.
///
/// Tian et al. 2024 (arXiv:2404.02905), section 3.2; teacher forcing.
public final class ScaleInputs {
  private ScaleInputs() {}

  /// The input of all maps but the coarsest.
  ///
  /// @param quantizer makes maps of tokens
  /// @param ids `[B, n]` of each map, i32; the finest is not read
  /// @return `[B, L - n₀, d]`
  public static Tensor of(MultiScaleResidualQuantizer quantizer, List<Tensor> ids) {
    int side = quantizer.sides().getLast();
    long batch = ids.getFirst().shape().dim(0);
    Tensor sum =
        Tensor.zeros(ids.getFirst().backend(), Shape.of(batch, quantizer.dim(), side, side));
    List<Tensor> rows = new ArrayList<>();
    for (int k = 0; k < ids.size() - 1; k++) {
      sum = sum.add(quantizer.grown(ids.get(k), k)); // [B, d, H, W]
      rows.add(quantizer.shrunk(sum, k + 1)); // [B, n, d]
    }
    return ConcatOp.apply(1, rows);
  }
}
