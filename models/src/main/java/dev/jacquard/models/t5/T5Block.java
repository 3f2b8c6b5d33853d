package dev.jacquard.models.t5;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.nn.layer.RmsNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.AttentionOp;
import org.jspecify.annotations.Nullable;

/// `h = x + attention(norm(x))`, `y = h + ffn(norm(h))`, where scores are not divided by `√D`: T5's
/// initial weights make up for it.
final class T5Block implements Module {
  private static final Initializer NORMAL = Initializer.normal(0.02f);

  private final Parameters parameters;
  private final T5Config config;
  private final RmsNorm attentionNorm;
  private final Linear q;
  private final Linear k;
  private final Linear v;
  private final Linear o;
  private final RmsNorm ffnNorm;
  private final Linear in;
  private final @Nullable Linear gated; // null without a gate
  private final Linear out;

  T5Block(Parameters p, T5Config c) {
    this.parameters = p;
    this.config = c;
    int heads = c.nHeads() * c.headDim();
    Parameters attention = p.at("layer.0.SelfAttention");
    attentionNorm = new RmsNorm(p.at("layer.0.layer_norm"), c.dim(), c.normEps());
    q = Linear.withoutBias(attention.at("q"), c.dim(), heads, NORMAL);
    k = Linear.withoutBias(attention.at("k"), c.dim(), heads, NORMAL);
    v = Linear.withoutBias(attention.at("v"), c.dim(), heads, NORMAL);
    o = Linear.withoutBias(attention.at("o"), heads, c.dim(), NORMAL);
    Parameters ffn = p.at("layer.1.DenseReluDense");
    ffnNorm = new RmsNorm(p.at("layer.1.layer_norm"), c.dim(), c.normEps());
    in = Linear.withoutBias(ffn.at(c.isGated() ? "wi_0" : "wi"), c.dim(), c.ffnDim(), NORMAL);
    gated = c.isGated() ? Linear.withoutBias(ffn.at("wi_1"), c.dim(), c.ffnDim(), NORMAL) : null;
    out = Linear.withoutBias(ffn.at("wo"), c.ffnDim(), c.dim(), NORMAL);
  }

  /// Applies the block.
  ///
  /// @param x `[B, T, C]`
  /// @param bias added to the scores, of a shape that broadcasts to `[B, H, T, T]`
  /// @return `[B, T, C]`
  Tensor forward(Tensor x, Tensor bias) {
    Tensor h = x.add(attended(attentionNorm.forward(x), bias)); // [B, T, C]
    return h.add(fed(ffnNorm.forward(h))); // [B, T, C]
  }

  private Tensor attended(Tensor x, Tensor bias) {
    int length = x.shape().intDim(1);
    Tensor all =
        AttentionOp.apply(
            heads(q.forward(x)),
            heads(k.forward(x)),
            heads(v.forward(x)),
            1,
            AttentionMask.full(length, length),
            bias); // [B, T, H, D]
    return o.forward(
        all.reshape(x.shape().dim(0), length, (long) config.nHeads() * config.headDim()));
  }

  private Tensor heads(Tensor x) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), config.nHeads(), config.headDim());
  }

  private Tensor fed(Tensor x) {
    Tensor hidden = in.forward(x); // [B, T, F]
    return out.forward(
        gated == null ? hidden.map(Unary.RELU) : hidden.map(Unary.GELU_TANH).mul(gated.forward(x)));
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
