package dev.jacquard.models.mvar;

import dev.jacquard.models.var.CosineAttention;
import dev.jacquard.models.var.FeedForward;
import dev.jacquard.models.var.Initializers;
import dev.jacquard.models.var.Modulation;
import dev.jacquard.models.var.ScaleContext;
import dev.jacquard.models.var.VarConfig;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.nn.layer.Mamba2;
import dev.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A block of M-VAR: attention inside maps, Mamba-2 from map to map, feed-forward; each modulated
/// by the class.
///
/// Ren et al. 2024 (arXiv:2411.10433), section 3. Parameters: `attn`, `mamba`, `ffn` and
/// `ada_lin.1.{weight, bias}` `[9C, C]`: three gates, three scales, three shifts. Differs: as in
/// the released code, only the first two gates start small.
public final class MVarBlock implements Module {
  private static final int BRANCHES = 3;
  private static final int SMALL_GATES = 2;
  private static final int HEAD_DIM = 64; // of Mamba-2
  private static final int STATE_DIM = 64;

  private final Parameters parameters;
  private final VarConfig config;
  private final CosineAttention attention;
  private final Mamba2 mamba;
  private final FeedForward feedForward;
  private final Linear modulation;

  /// Builds the block.
  ///
  /// @param p where the parameters come from
  /// @param config sizes
  public MVarBlock(Parameters p, VarConfig config) {
    this.parameters = p;
    this.config = config;
    int c = config.dim();
    this.attention = new CosineAttention(p.at("attn"), config);
    this.mamba = new Mamba2(p.at("mamba"), c, HEAD_DIM, STATE_DIM, Initializers.linear(config));
    this.feedForward = new FeedForward(p.at("ffn"), config);
    this.modulation =
        Linear.withBias(
            p.at("ada_lin.1"),
            c,
            3 * BRANCHES * c,
            Initializers.modulation(Initializers.std(config), SMALL_GATES, 3 * BRANCHES));
  }

  /// What a condition does to the block.
  ///
  /// @param condition `[B, C]`, after its SiLU
  /// @return its three branches
  public Modulation modulation(Tensor condition) {
    Tensor vectors = modulation.forward(condition);
    return Modulation.ofBlock(vectors, BRANCHES, config.dim(), config.normEps());
  }

  /// What the branches make of a row of maps.
  ///
  /// @param attended `[B, T, C]`, of attention
  /// @param read `[B, T, C]`, what Mamba-2 reads
  /// @param mixed `[B, T, C]`, of Mamba-2
  /// @param out `[B, T, C]`, of the block
  public record Pass(Tensor attended, Tensor read, Tensor mixed, Tensor out) {}

  /// Applies the block.
  ///
  /// @param x `[B, T, C]`
  /// @param m what the condition does
  /// @param context what the rows see, their own map
  /// @param state of Mamba-2 after the coarser maps, overwritten; null for all maps at once
  /// @return the result and what led to it
  public Pass forward(Tensor x, Modulation m, ScaleContext context, Mamba2.@Nullable State state) {
    Tensor attended = attention.forward(m.input(0, x), context, 0);
    Tensor h = x.add(m.gated(0, attended));
    Tensor read = m.input(1, h);
    Tensor mixed = mamba.forward(read, state);
    h = h.add(m.gated(1, mixed));
    Tensor out = h.add(m.gated(2, feedForward.forward(m.input(2, h))));
    return new Pass(attended, read, mixed, out);
  }

  /// The layer from map to map.
  ///
  /// @return Mamba-2
  public Mamba2 mamba() {
    return mamba;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
