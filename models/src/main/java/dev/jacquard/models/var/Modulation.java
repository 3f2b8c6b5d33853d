package dev.jacquard.models.var;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.LayerNormOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/// What a condition does to the branches of a block: `x + γ · branch(LN(x) · (1 + scale) + shift)`.
///
/// Adaptive layer norm, Peebles & Xie 2023 (arXiv:2212.09748), section 3.2. Differs: `γ` is the
/// released VAR's, not started at 0. The norm has no weights of its own.
///
/// @param gates `γ` of each branch, `[B, 1, C]`; none for a head
/// @param scales `1 + scale` of each branch, `[B, 1, C]`
/// @param shifts of each branch, `[B, 1, C]`
/// @param normEps of the layer norm
public record Modulation(
    List<Tensor> gates, List<Tensor> scales, List<Tensor> shifts, float normEps) {

  /// Of a block: all gates, then all scales, then all shifts.
  ///
  /// @param vectors `[B, 3n·C]` or `[B, 1, 3n, C]`
  /// @param branches `n`
  /// @param dim `C`
  /// @param normEps of the layer norm
  /// @return the modulation of `n` branches
  public static Modulation ofBlock(Tensor vectors, int branches, int dim, float normEps) {
    List<Tensor> all = split(vectors, 3 * branches, dim);
    return new Modulation(
        all.subList(0, branches),
        plusOne(all.subList(branches, 2 * branches)),
        all.subList(2 * branches, 3 * branches),
        normEps);
  }

  /// Of a head: scale, then shift.
  ///
  /// @param vectors `[B, 2·C]`
  /// @param dim `C`
  /// @param normEps of the layer norm
  /// @return the modulation of one branch without gate
  public static Modulation ofHead(Tensor vectors, int dim, float normEps) {
    List<Tensor> all = split(vectors, 2, dim);
    return new Modulation(List.of(), plusOne(all.subList(0, 1)), all.subList(1, 2), normEps);
  }

  private static List<Tensor> split(Tensor vectors, int count, int dim) {
    Tensor rows = vectors.reshape(-1, count, dim); // [B, n, C]
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(rows.narrow(1, i, 1)); // [B, 1, C]
    }
    return parts;
  }

  private static List<Tensor> plusOne(List<Tensor> scales) {
    Tensor one = Tensor.full(scales.getFirst().backend(), Shape.of(), 1);
    return scales.stream().map(scale -> scale.add(one)).toList();
  }

  /// What a branch reads.
  ///
  /// @param branch its number
  /// @param x `[B, T, C]`
  /// @return `[B, T, C]`
  public Tensor input(int branch, Tensor x) {
    Tensor normed = LayerNormOp.apply(x, null, null, normEps);
    return normed.mul(scales.get(branch)).add(shifts.get(branch));
  }

  /// What a branch adds.
  ///
  /// @param branch its number
  /// @param y `[B, T, C]`, its result
  /// @return `[B, T, C]`
  public Tensor gated(int branch, Tensor y) {
    return y.mul(gates.get(branch));
  }
}
