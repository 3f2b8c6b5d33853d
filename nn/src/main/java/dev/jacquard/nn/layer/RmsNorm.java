package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.RmsNormOp;
import dev.jacquard.tensor.shape.Shape;

/// Root-mean-square normalisation of the last axis with a learned gain.
///
/// Parameters: `weight` `[C]`, starts at 1. Zhang & Sennrich 2019 (arXiv:1910.07467).
public final class RmsNorm implements Module {
  private final Parameters parameters;
  private final Tensor weight;
  private final float eps;

  /// Builds the layer.
  ///
  /// @param p where the parameter comes from
  /// @param dim width, `C`
  /// @param eps added under the root
  public RmsNorm(Parameters p, int dim, float eps) {
    this.parameters = p;
    this.weight = p.get("weight", Shape.of(dim), Initializer.constant(1));
    this.eps = eps;
  }

  /// Normalises each row.
  ///
  /// @param x `[..., C]`, f32
  /// @return `[..., C]`
  public Tensor forward(Tensor x) {
    return RmsNormOp.apply(x, weight, eps);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
