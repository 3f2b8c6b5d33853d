package dev.jacquard.nn.block;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.nn.layer.GroupNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.shape.Shape;

/// Attention among all positions of a feature map, with one head: `y = x + proj(attend(q, k, v))`
/// of the normalised `x`.
///
/// Parameters, under the names of the VQGAN family: `norm`, and the 1x1 convolutions `q`, `k`, `v`
/// and `proj_out`, each with weight and bias. Esser et al. 2021 (arXiv:2012.09841).
public final class PixelAttention implements Module {
  private final Parameters parameters;
  private final GroupNorm norm;
  private final Conv2d query;
  private final Conv2d key;
  private final Conv2d value;
  private final Conv2d projection;

  /// Builds the block.
  ///
  /// @param p where the parameters come from
  /// @param channels of input and output, `C`
  /// @param groups of the norm, a divisor of `C`
  /// @param eps of the norm
  public PixelAttention(Parameters p, int channels, int groups, float eps) {
    this.parameters = p;
    this.norm = new GroupNorm(p.at("norm"), groups, channels, eps);
    this.query = Conv2d.same(p.at("q"), channels, channels, 1);
    this.key = Conv2d.same(p.at("k"), channels, channels, 1);
    this.value = Conv2d.same(p.at("v"), channels, channels, 1);
    this.projection = Conv2d.same(p.at("proj_out"), channels, channels, 1);
  }

  /// Applies the block.
  ///
  /// @param x `[B, C, H, W]`, f32
  /// @return `[B, C, H, W]`
  public Tensor forward(Tensor x) {
    Shape s = x.shape();
    Tensor h = norm.forward(x);
    float scale = (float) (1 / Math.sqrt(s.intDim(1)));
    Tensor attended =
        AttentionOp.apply(
            sequence(query.forward(h)),
            sequence(key.forward(h)),
            sequence(value.forward(h)),
            scale,
            false); // [B, H W, 1, C]
    Tensor map =
        attended
            .reshape(s.dim(0), s.dim(2), s.dim(3), s.dim(1))
            .permute(0, 3, 1, 2)
            .contiguous(); // [B, C, H, W]
    return x.add(projection.forward(map));
  }

  private static Tensor sequence(Tensor x) {
    Shape s = x.shape();
    return x.permute(0, 2, 3, 1)
        .contiguous()
        .reshape(s.dim(0), s.dim(2) * s.dim(3), 1, s.dim(1)); // [B, H W, 1, C]
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
