package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.GroupNormOp;
import dev.jacquard.tensor.shape.Shape;

/// Normalisation of groups of channels with a learned gain and offset for each channel.
///
/// Parameters: `weight` `[C]`, starts at 1, and `bias` `[C]`, starts at 0. Wu & He 2018
/// (arXiv:1803.08494).
public final class GroupNorm implements Module {
  private final Parameters parameters;
  private final Tensor weight;
  private final Tensor bias;
  private final int groups;
  private final float eps;

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param groups number of groups, a divisor of the channels
  /// @param channels number of channels, `C`
  /// @param eps added under the root
  public GroupNorm(Parameters p, int groups, int channels, float eps) {
    this.parameters = p;
    this.weight = p.get("weight", Shape.of(channels), Initializer.constant(1));
    this.bias = p.get("bias", Shape.of(channels), Initializer.constant(0));
    this.groups = groups;
    this.eps = eps;
  }

  /// Normalises each group of each image.
  ///
  /// @param x `[B, C, ...]`, f32
  /// @return the shape of `x`
  public Tensor forward(Tensor x) {
    return GroupNormOp.apply(x, groups, weight, bias, eps);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
