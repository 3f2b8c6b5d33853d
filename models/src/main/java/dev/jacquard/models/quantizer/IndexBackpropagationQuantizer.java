package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ArgMaxOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.OneHotOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.EnumMap;
import java.util.Map;

/// The code of the largest logit, with a gradient to all codes.
///
/// ```text
/// p = softmax(z Eᵀ),  k = argmax p,  Ind = onehot(k) - sg p + p,  q = Ind E
/// loss = mean (q - z)² + β mean (e_k - sg z)²  +  mean (sg e_k - z)²  +  entropy loss
/// ```
///
/// Shi et al. 2024 (arXiv:2412.02692), section 3.2. The gradient to `z` is the covariance of the
/// codes under `p` times the one of `q`: there is no identity path, and a code far from `z` learns
/// too. `β` stands on the codebook's term, as in the released code.
///
/// Parameter: `embedding.weight` `[K, d]`, normal with deviation `1/√d`.
public final class IndexBackpropagationQuantizer implements RowQuantizer, Module {

  /// The choices.
  ///
  /// @param codebookSize `K`
  /// @param dim `d`
  /// @param beta weight of the codebook's term
  /// @param entropyWeight weight of [EntropyLoss] over the logits; 0 for none
  /// @param entropyTemperature its temperature
  public record Options(
      int codebookSize, int dim, float beta, float entropyWeight, float entropyTemperature) {

    /// `β` 0.25, entropy loss 0.05 at temperature 0.01.
    ///
    /// @param codebookSize `K`
    /// @param dim `d`
    /// @return the options
    public static Options of(int codebookSize, int dim) {
      return new Options(codebookSize, dim, 0.25f, 0.05f, 0.01f);
    }
  }

  private final Parameters parameters;
  private final Options options;
  private final Tensor table;

  /// Builds the quantizer.
  ///
  /// @param p where the codebook comes from
  /// @param options the choices
  public IndexBackpropagationQuantizer(Parameters p, Options options) {
    Initializer normal = Initializer.normal((float) (1 / Math.sqrt(options.dim())));
    Shape shape = Shape.of(options.codebookSize(), options.dim());
    this.parameters = p;
    this.options = options;
    this.table = p.at("embedding").get("weight", shape, normal);
  }

  @Override
  public int codebookSize() {
    return options.codebookSize();
  }

  @Override
  public int dim() {
    return options.dim();
  }

  @Override
  public Quantized quantizeRows(Tensor z) {
    Tensor logits = LinearOp.apply(z, table); // [N, K]
    Tensor indices = ArgMaxOp.apply(logits.detach(), 1); // [N]
    Tensor certain = OneHotOp.apply(indices, codebookSize()); // [N, K]
    Tensor chosen = StraightThroughOp.apply(SoftmaxOp.apply(logits), certain); // [N, K]
    Tensor q = chosen.matmul(table); // [N, d]
    Tensor e = EmbeddingOp.apply(table, indices); // [N, d]
    Tensor pulled = RegressionLosses.squared(e, z.detach()).scale(options.beta());
    Map<Term, Tensor> losses = new EnumMap<>(Term.class);
    losses.put(Term.CODEBOOK, RegressionLosses.squared(q, z).add(pulled));
    losses.put(Term.COMMITMENT, RegressionLosses.squared(e.detach(), z));
    if (options.entropyWeight() > 0) {
      Tensor entropy = EntropyLoss.of(logits, options.entropyTemperature()).loss();
      losses.put(Term.ENTROPY, entropy.scale(options.entropyWeight()));
    }
    return new Quantized(q, indices, losses);
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    return EmbeddingOp.apply(table, indices);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
