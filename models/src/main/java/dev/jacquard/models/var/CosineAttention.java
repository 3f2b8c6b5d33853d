package dev.jacquard.models.var;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.op.ClampOp;
import dev.jacquard.tensor.op.NormalizeOp;
import dev.jacquard.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Self-attention of VAR: scores are cosines times a learned temperature,
///
/// ```text
/// q ← q / ‖q‖ · exp(min(s, ln 100)),  k ← k / ‖k‖,  y = softmax(q kᵀ) v
/// ```
///
/// with `s` for each head, or, without `isCosine`, products times `¼ / √D`.
///
/// Parameters, under the names of VAR's code: `mat_qkv.weight` `[3C, C]`, `q_bias` and `v_bias`
/// `[C]`, `scale_mul_1H11` `[1, H, 1, 1]` with `isCosine`, `proj.{weight, bias}`. Cosines with
/// temperature: Henry et al. 2020 (arXiv:2010.04245).
public final class CosineAttention implements Module {
  private static final float EPS = 1e-12f;
  private static final float LARGEST = (float) Math.log(100);

  private final Parameters parameters;
  private final int nHeads;
  private final Linear input;
  private final Tensor queryBias;
  private final Tensor valueBias;
  private final @Nullable Tensor temperature;
  private final Linear output;

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param config sizes
  public CosineAttention(Parameters p, VarConfig config) {
    this.parameters = p;
    int c = config.dim();
    this.nHeads = config.nHeads();
    Initializer zero = Initializer.constant(0);
    this.temperature =
        config.isCosine()
            ? p.get(
                "scale_mul_1H11",
                Shape.of(1, nHeads, 1, 1),
                Initializer.constant((float) Math.log(4)))
            : null;
    this.queryBias = p.get("q_bias", Shape.of(c), zero);
    this.valueBias = p.get("v_bias", Shape.of(c), zero);
    this.input = Linear.withoutBias(p.at("mat_qkv"), c, 3 * c, Initializers.linear(config));
    this.output = Linear.withBias(p.at("proj"), c, c, Initializers.branchEnd(config));
  }

  /// Attends.
  ///
  /// @param x `[B, T, C]`
  /// @param context what the rows see
  /// @param layer number of this layer in the context's cache
  /// @return `[B, T, C]`
  public Tensor forward(Tensor x, ScaleContext context, int layer) {
    long c = x.shape().last();
    Tensor qkv = input.forward(x); // [B, T, 3C]
    Tensor q = heads(qkv.narrow(2, 0, c).add(queryBias)); // [B, T, H, D]
    Tensor k = heads(qkv.narrow(2, c, c));
    Tensor v = heads(qkv.narrow(2, 2 * c, c).add(valueBias));
    float scale = (float) (0.25 / Math.sqrt(q.shape().intDim(3)));
    if (temperature != null) {
      Tensor factor = ClampOp.apply(temperature, -Float.MAX_VALUE, LARGEST).map(Unary.EXP);
      q = NormalizeOp.apply(q, 3, EPS).mul(factor.reshape(1, 1, nHeads, 1));
      k = NormalizeOp.apply(k, 3, EPS);
      scale = 1;
    }
    if (context.cache() != null) {
      context.cache().write(layer, k, v);
      long seen = context.cache().length() + k.shape().dim(1);
      k = context.cache().keys(layer, seen); // [B, S, H, D]
      v = context.cache().values(layer, seen);
    }
    Tensor y = AttentionOp.apply(q, k, v, scale, context.mask()); // [B, T, H, D]
    return output.forward(y.reshape(x.shape().toArray()));
  }

  private Tensor heads(Tensor x) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), nHeads, -1);
  }

  /// Packs the weights of all products for fast drawing; see [Linear#pack()].
  public void pack() {
    input.pack();
    output.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
