package dev.jacquard.models.tokenshuffle;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.nn.layer.SwiGlu;
import dev.jacquard.tensor.Tensor;

/// `y = x + mlp(norm(x))`, as wide inside as outside.
///
/// Ma et al. 2025 (arXiv:2504.17789), section 3.2. Differs: the paper does not say which norm,
/// activation and width; these are those of a Llama.
final class ResidualMlp implements Module {
  private final Parameters parameters;
  private final RmsNorm norm;
  private final SwiGlu mlp;

  /// Builds the network.
  ///
  /// @param p where the parameters come from: `norm`, `w1`, `w3`, `w2`
  /// @param dim width, `C`
  /// @param eps added under the root of the normalisation
  ResidualMlp(Parameters p, int dim, float eps) {
    this.parameters = p;
    norm = new RmsNorm(p.at("norm"), dim, eps);
    Initializer normal = Initializer.normal(0.02f);
    mlp = new SwiGlu(p, SwiGlu.Names.META, dim, dim, false, normal, normal);
  }

  /// Applies the network to each row.
  ///
  /// @param x `[..., C]`
  /// @return `[..., C]`
  Tensor forward(Tensor x) {
    return x.add(mlp.forward(norm.forward(x)));
  }

  void pack() {
    mlp.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
