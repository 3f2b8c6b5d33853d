package dev.jacquard.models.var;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;

/// The last layers: a norm that the class modulates, and logits of the codes.
///
/// Parameters, for the prefix of VAR, the empty one: `head_nm.ada_lin.1` `[2C, C]`, which gives
/// scale and shift, and `head` `[V, C]`, each with weight and bias.
public final class AdaLnHead implements Module {
  private final Parameters parameters;
  private final VarConfig config;
  private final Linear modulation;
  private final Linear output;

  /// Builds the head.
  ///
  /// @param p where the parameters come from
  /// @param prefix what stands before `head` in the names
  /// @param config sizes
  public AdaLnHead(Parameters p, String prefix, VarConfig config) {
    this.parameters = p;
    this.config = config;
    int c = config.dim();
    Parameters norm = p.at(prefix + "head_nm.ada_lin.1");
    this.modulation = Linear.withBias(norm, c, 2 * c, Initializers.headModulation(config));
    this.output =
        Linear.withBias(p.at(prefix + "head"), c, config.vocabSize(), Initializers.head(config));
  }

  /// What a condition does to the norm.
  ///
  /// @param condition `[B, C]`, after its SiLU
  /// @return its one branch
  public Modulation modulation(Tensor condition) {
    return Modulation.ofHead(modulation.forward(condition), config.dim(), config.normEps());
  }

  /// Logits.
  ///
  /// @param x `[B, T, C]`, what the last block returns
  /// @param modulation what the condition does
  /// @return `[B, T, V]`
  public Tensor forward(Tensor x, Modulation modulation) {
    return output.forward(modulation.input(0, x));
  }

  /// Packs the output layer for fast drawing; see [Linear#pack()].
  public void pack() {
    output.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
