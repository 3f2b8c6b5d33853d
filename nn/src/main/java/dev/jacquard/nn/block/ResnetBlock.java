package dev.jacquard.nn.block;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Conv2d;
import dev.jacquard.nn.layer.GroupNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import org.jspecify.annotations.Nullable;

/// A residual block of convolutions: `y = skip(x) + conv2(silu(norm2(conv1(silu(norm1(x))))))`.
///
/// `skip` is a 1x1 convolution where the widths differ, else nothing. Parameters, under the names
/// of the VQGAN family: `norm1`, `conv1` (3x3), `norm2`, `conv2` (3x3) and perhaps `nin_shortcut`,
/// each with weight and bias. Esser et al. 2021 (arXiv:2012.09841).
public final class ResnetBlock implements Module {
  private final Parameters parameters;
  private final GroupNorm norm1;
  private final Conv2d conv1;
  private final GroupNorm norm2;
  private final Conv2d conv2;
  private final @Nullable Conv2d shortcut;

  /// Builds the block.
  ///
  /// @param p where the parameters come from
  /// @param in channels of the input
  /// @param out channels of the output
  /// @param groups of the norms, a divisor of both
  /// @param eps of the norms
  public ResnetBlock(Parameters p, int in, int out, int groups, float eps) {
    this.parameters = p;
    this.norm1 = new GroupNorm(p.at("norm1"), groups, in, eps);
    this.conv1 = Conv2d.same(p.at("conv1"), in, out, 3);
    this.norm2 = new GroupNorm(p.at("norm2"), groups, out, eps);
    this.conv2 = Conv2d.same(p.at("conv2"), out, out, 3);
    this.shortcut = in == out ? null : Conv2d.same(p.at("nin_shortcut"), in, out, 1);
  }

  /// Applies the block.
  ///
  /// @param x `[B, in, H, W]`, f32
  /// @return `[B, out, H, W]`
  public Tensor forward(Tensor x) {
    Tensor h = conv1.forward(norm1.forward(x).map(Unary.SILU));
    Tensor y = conv2.forward(norm2.forward(h).map(Unary.SILU));
    return (shortcut == null ? x : shortcut.forward(x)).add(y);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
