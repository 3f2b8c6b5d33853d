package dev.jacquard.nn.block;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.attention.RotaryEmbedding;
import dev.jacquard.nn.attention.SelfAttention;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.nn.layer.SwiGlu;
import dev.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// `h = x + attention(norm(x))`, `y = h + ffn(norm(h))`.
///
/// Touvron et al. 2023 (arXiv:2302.13971), section 2.2. Parameters: `input_layernorm`, `self_attn`,
/// `post_attention_layernorm`, `mlp`.
public final class LlamaBlock implements Module {
  private final Parameters parameters;
  private final int layer;
  private final RmsNorm inputNorm;
  private final SelfAttention attention;
  private final RmsNorm postAttentionNorm;
  private final SwiGlu feedForward;

  LlamaBlock(Parameters p, LlamaConfig c, int layer, RotaryEmbedding rotary) {
    this.parameters = p;
    this.layer = layer;
    Initializer input = Initializer.normal(0.02f);
    Initializer residual = Initializer.normal((float) (0.02 / Math.sqrt(2.0 * c.nLayers())));
    inputNorm = new RmsNorm(p.at("input_layernorm"), c.dim(), c.normEps());
    attention =
        new SelfAttention(
            p.at("self_attn"),
            c.dim(),
            c.nHeads(),
            c.nKvHeads(),
            c.headDim(),
            c.variant().attentionBias(),
            rotary,
            input,
            residual);
    postAttentionNorm = new RmsNorm(p.at("post_attention_layernorm"), c.dim(), c.normEps());
    feedForward =
        new SwiGlu(p.at("mlp"), c.dim(), c.ffnDim(), c.variant().ffnBias(), input, residual);
  }

  /// Applies the block.
  ///
  /// @param x `[B, T, C]`
  /// @param cache earlier positions, extended by this call; null if `x` is the whole sequence
  /// @return `[B, T, C]`
  public Tensor forward(Tensor x, @Nullable KvCache cache) {
    Tensor h = x.add(attention.forward(inputNorm.forward(x), cache, layer)); // [B, T, C]
    return h.add(feedForward.forward(postAttentionNorm.forward(h))); // [B, T, C]
  }

  /// The normalisation before attention.
  ///
  /// @return `[B, T, C]` to `[B, T, C]`
  public RmsNorm inputNorm() {
    return inputNorm;
  }

  /// The attention layer.
  ///
  /// @return `[B, T, C]` to `[B, T, C]`
  public SelfAttention attention() {
    return attention;
  }

  /// The normalisation before the feed-forward network.
  ///
  /// @return `[B, T, C]` to `[B, T, C]`
  public RmsNorm postAttentionNorm() {
    return postAttentionNorm;
  }

  /// The feed-forward network.
  ///
  /// @return `[B, T, C]` to `[B, T, C]`
  public SwiGlu feedForward() {
    return feedForward;
  }

  /// Packs the weights of all products for fast drawing; see [dev.jacquard.nn.layer.Linear#pack()].
  public void pack() {
    attention.pack();
    feedForward.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
