package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.LayerNormOp;
import dev.jacquard.tensor.shape.Shape;

/// Normalisation of the last axis with a learned gain and offset.
///
/// Parameters: `weight` `[C]`, starts at 1, and `bias` `[C]`, starts at 0. Ba, Kiros & Hinton 2016
/// (arXiv:1607.06450). Without parameters it is [LayerNormOp].
public final class LayerNorm implements Module {
  private final Parameters parameters;
  private final Tensor weight;
  private final Tensor bias;
  private final float eps;

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param dim width, `C`
  /// @param eps added under the root
  public LayerNorm(Parameters p, int dim, float eps) {
    this.parameters = p;
    this.weight = p.get("weight", Shape.of(dim), Initializer.constant(1));
    this.bias = p.get("bias", Shape.of(dim), Initializer.constant(0));
    this.eps = eps;
  }

  /// Normalises each row.
  ///
  /// @param x `[..., C]`, f32
  /// @return `[..., C]`
  public Tensor forward(Tensor x) {
    return LayerNormOp.apply(x, weight, bias, eps);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
