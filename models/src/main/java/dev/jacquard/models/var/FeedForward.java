package dev.jacquard.models.var;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;

/// Two linear layers with a GELU between: `W₂ gelu(W₁ x + b₁) + b₂`.
///
/// Parameters, under the names of VAR's code: `fc1` and `fc2`, each with weight and bias.
public final class FeedForward implements Module {
  private final Parameters parameters;
  private final Linear first;
  private final Linear second;

  /// Builds the layers.
  ///
  /// @param p where the parameters come from
  /// @param config sizes
  public FeedForward(Parameters p, VarConfig config) {
    this.parameters = p;
    int c = config.dim();
    this.first = Linear.withBias(p.at("fc1"), c, config.ffnDim(), Initializers.linear(config));
    this.second = Linear.withBias(p.at("fc2"), config.ffnDim(), c, Initializers.branchEnd(config));
  }

  /// Applies both.
  ///
  /// @param x `[..., C]`
  /// @return `[..., C]`
  public Tensor forward(Tensor x) {
    return second.forward(first.forward(x).map(Unary.GELU_TANH));
  }

  /// Packs the weights for fast drawing; see [Linear#pack()].
  public void pack() {
    first.pack();
    second.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
