package dev.jacquard.models.llamagen;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.AttentionContext;
import dev.jacquard.nn.attention.FusedSelfAttention;
import dev.jacquard.nn.layer.Dropout;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.nn.layer.SwiGlu;
import dev.jacquard.tensor.Tensor;

/// `h = x + attention(norm(x))`, `y = h + ffn(norm(h))`: Llama's block under the names of LlamaGen.
///
/// Parameters: `attention_norm`, `attention` (`wqkv`, `wo`), `ffn_norm`, `feed_forward` (`w1`,
/// `w3`, `w2`).
public final class LlamaGenBlock implements Module {
  private final Parameters parameters;
  private final int layer;
  private final RmsNorm attentionNorm;
  private final FusedSelfAttention attention;
  private final RmsNorm ffnNorm;
  private final SwiGlu feedForward;

  /// Builds the block.
  ///
  /// @param p where the parameters come from
  /// @param c sizes
  /// @param layer number of the block in the cache
  public LlamaGenBlock(Parameters p, LlamaGenConfig c, int layer) {
    this.parameters = p;
    this.layer = layer;
    Initializer normal = LlamaGenModel.NORMAL;
    attentionNorm = new RmsNorm(p.at("attention_norm"), c.dim(), c.normEps());
    attention =
        new FusedSelfAttention(
            p.at("attention"), c.dim(), c.nHeads(), c.nKvHeads(), c.headDim(), normal);
    ffnNorm = new RmsNorm(p.at("ffn_norm"), c.dim(), c.normEps());
    feedForward =
        new SwiGlu(
            p.at("feed_forward"), SwiGlu.Names.META, c.dim(), c.ffnDim(), false, normal, normal);
  }

  /// Applies the block.
  ///
  /// @param x `[B, T, C]`
  /// @param context places of the rows, what they see, and earlier rows
  /// @return `[B, T, C]`
  public Tensor forward(Tensor x, AttentionContext context) {
    return forward(x, context, Dropout.NONE);
  }

  /// As the other, while training.
  ///
  /// @param x `[B, T, C]`
  /// @param context places of the rows, and what they see
  /// @param dropout of what attention and the feed-forward network add
  /// @return `[B, T, C]`
  public Tensor forward(Tensor x, AttentionContext context, Dropout dropout) {
    Tensor h = x.add(dropout.at(0).apply(attended(x, context))); // [B, T, C]
    return h.add(dropout.at(1).apply(fed(h))); // [B, T, C]
  }

  /// What attention adds.
  ///
  /// @param x `[B, T, C]`
  /// @param context places of the rows, what they see, and earlier rows
  /// @return `attention(norm(x))`, `[B, T, C]`
  public Tensor attended(Tensor x, AttentionContext context) {
    return attention.forward(attentionNorm.forward(x), context, layer);
  }

  /// What the feed-forward network adds.
  ///
  /// @param h `[B, T, C]`
  /// @return `ffn(norm(h))`, `[B, T, C]`
  public Tensor fed(Tensor h) {
    return feedForward.forward(ffnNorm.forward(h));
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
