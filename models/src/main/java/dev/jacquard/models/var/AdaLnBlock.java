package dev.jacquard.models.var;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// A block of VAR: attention and feed-forward, both modulated by the class.
///
/// Tian et al. 2024 (arXiv:2404.02905), section 3.3. The six vectors come from a layer of the
/// block, `ada_lin.1`, or are those of a layer that all blocks share plus the block's own
/// `ada_gss`.
///
/// Parameters: those of [CosineAttention] under `attn`, of [FeedForward] under `ffn`, and
/// `ada_lin.1.{weight, bias}` `[6C, C]` or `ada_gss` `[1, 1, 6, C]`.
public final class AdaLnBlock implements Module {
  private static final int BRANCHES = 2;
  private static final int VECTORS = 3 * BRANCHES;

  private final Parameters parameters;
  private final VarConfig config;
  private final int layer;
  private final CosineAttention attention;
  private final FeedForward feedForward;
  private final @Nullable Linear modulation;
  private final @Nullable Tensor offsets; // where the modulation is shared

  /// Builds the block.
  ///
  /// @param p where the parameters come from
  /// @param config sizes
  /// @param layer number of the block in a cache
  public AdaLnBlock(Parameters p, VarConfig config, int layer) {
    this.parameters = p;
    this.config = config;
    this.layer = layer;
    this.attention = new CosineAttention(p.at("attn"), config);
    this.feedForward = new FeedForward(p.at("ffn"), config);
    this.modulation =
        config.isModulationShared() ? null : modulationLayer(p.at("ada_lin.1"), config);
    float std = (float) Math.sqrt(1.0 / config.dim());
    this.offsets =
        config.isModulationShared()
            ? p.get(
                "ada_gss",
                Shape.of(1, 1, VECTORS, config.dim()),
                Initializers.modulation(std, BRANCHES, VECTORS))
            : null;
  }

  /// The layer that makes six vectors of a condition for all blocks.
  ///
  /// @param p of the model
  static Linear sharedLayer(Parameters p, VarConfig config) {
    return modulationLayer(p.at("shared_ada_lin.1"), config);
  }

  private static Linear modulationLayer(Parameters p, VarConfig config) {
    int c = config.dim();
    Initializer start = Initializers.modulation(Initializers.std(config), BRANCHES, VECTORS);
    return Linear.withBias(p, c, VECTORS * c, start);
  }

  /// What a condition does to the block.
  ///
  /// @param condition `[B, C]`, after its SiLU
  /// @param shared `[B, 6C]`, what the model's layer made of it; null if blocks have their own
  /// @return its two branches
  public Modulation modulation(Tensor condition, @Nullable Tensor shared) {
    Tensor vectors;
    if (shared != null && offsets != null) {
      vectors = shared.add(offsets.reshape(1, -1));
    } else if (modulation != null) {
      vectors = modulation.forward(condition);
    } else {
      throw new IllegalStateException("var: block without modulation; none is shared");
    }
    return Modulation.ofBlock(vectors, BRANCHES, config.dim(), config.normEps());
  }

  /// Applies the block.
  ///
  /// @param x `[B, T, C]`
  /// @param modulation what the condition does
  /// @param context what the rows see
  /// @return `[B, T, C]`
  public Tensor forward(Tensor x, Modulation modulation, ScaleContext context) {
    Tensor attended = attention.forward(modulation.input(0, x), context, layer);
    Tensor h = x.add(modulation.gated(0, attended));
    return h.add(modulation.gated(1, feedForward.forward(modulation.input(1, h))));
  }

  /// The first branch.
  ///
  /// @return its layer
  public CosineAttention attention() {
    return attention;
  }

  /// The second branch.
  ///
  /// @return its layers
  public FeedForward feedForward() {
    return feedForward;
  }

  /// Packs the weights of the branches for fast drawing; see [Linear#pack()].
  public void pack() {
    attention.pack();
    feedForward.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
