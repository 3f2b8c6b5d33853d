package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.NormalizeOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.EnumMap;
import java.util.Map;

/// The nearest of `K` learned codes, learned by gradient.
///
/// ```text
/// k = argmin_j |z - e_j|²,  q = e_k
/// loss = mean (e_k - sg z)²  +  β mean (sg e_k - z)²  +  entropy loss     (sg: no gradient)
/// ```
///
/// van den Oord et al. 2017 (arXiv:1711.00937), eq. 3, with `β` on the commitment. With
/// `isNormalized` latents and codes are scaled to length 1 first, so that the code of the largest
/// cosine is taken (Yu et al. 2021, arXiv:2110.04627); the table keeps rows as they are.
///
/// Parameter: `embedding.weight` `[K, d]`, uniform within `1 / K`, then of length 1 if normalised.
public final class VectorQuantizer implements RowQuantizer, CodeTable, Module {
  private static final float EPS = 1e-12f;

  /// How a gradient gets past the search.
  public enum Path {
    /// Unchanged.
    STRAIGHT,
    /// By [RotationTrick].
    ROTATED
  }

  /// The choices.
  ///
  /// @param codebookSize `K`
  /// @param dim `d`
  /// @param isNormalized whether only directions count
  /// @param commitment `β`
  /// @param entropyWeight weight of [EntropyLoss] over `-|z - e|²`; 0 for none
  /// @param entropyTemperature its temperature
  /// @param path how a gradient gets past the search
  public record Options(
      int codebookSize,
      int dim,
      boolean isNormalized,
      float commitment,
      float entropyWeight,
      float entropyTemperature,
      Path path) {

    /// Plain codes, `β = 0.25`, no entropy loss, straight-through.
    ///
    /// @param codebookSize `K`
    /// @param dim `d`
    /// @return the options
    public static Options of(int codebookSize, int dim) {
      return new Options(codebookSize, dim, false, 0.25f, 0, 0.01f, Path.STRAIGHT);
    }

    /// With codes of length 1, as in LlamaGen.
    ///
    /// @return a changed copy
    public Options normalized() {
      return new Options(
          codebookSize, dim, true, commitment, entropyWeight, entropyTemperature, path);
    }

    /// With an entropy loss.
    ///
    /// @param weight its weight
    /// @return a changed copy
    public Options withEntropy(float weight) {
      return new Options(
          codebookSize, dim, isNormalized, commitment, weight, entropyTemperature, path);
    }

    /// With another gradient.
    ///
    /// @param other how it gets past the search
    /// @return a changed copy
    public Options withPath(Path other) {
      return new Options(
          codebookSize, dim, isNormalized, commitment, entropyWeight, entropyTemperature, other);
    }
  }

  private final Parameters parameters;
  private final Options options;
  private final Tensor table;

  /// Builds the quantizer.
  ///
  /// @param p where the codebook comes from
  /// @param options the choices
  public VectorQuantizer(Parameters p, Options options) {
    this.parameters = p;
    this.options = options;
    Shape shape = Shape.of(options.codebookSize(), options.dim());
    this.table = p.at("embedding").get("weight", shape, start(options));
  }

  private static Initializer start(Options options) {
    Initializer uniform = Initializer.uniform(1f / options.codebookSize());
    return options.isNormalized()
        ? (table, random) -> {
          uniform.fill(table, random);
          table.copyFrom(NormalizeOp.apply(table.detach(), 1, EPS));
        }
        : uniform;
  }

  /// The choices.
  ///
  /// @return what the constructor got
  public Options options() {
    return options;
  }

  /// The stored codes, of any length.
  ///
  /// @return `[K, d]`
  @Override
  public Tensor table() {
    return table;
  }

  @Override
  public Tensor candidates(Tensor z) {
    return z.permute(0, 2, 3, 1).reshape(-1, dim()); // [B h w, d]
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
    Tensor codes = direction(table); // [K, d]
    Tensor u = direction(z); // [N, d]
    Tensor indices = NearestCode.indices(u, codes); // [N]
    Tensor q = EmbeddingOp.apply(codes, indices); // [N, d]
    Map<Term, Tensor> losses = new EnumMap<>(Term.class);
    losses.put(Term.CODEBOOK, RegressionLosses.squared(q, u.detach()));
    losses.put(
        Term.COMMITMENT, RegressionLosses.squared(q.detach(), u).scale(options.commitment()));
    if (options.entropyWeight() > 0) {
      Tensor entropy = EntropyLoss.of(affinity(u, codes), options.entropyTemperature()).loss();
      losses.put(Term.ENTROPY, entropy.scale(options.entropyWeight()));
    }
    Tensor values =
        switch (options.path()) {
          case STRAIGHT -> StraightThroughOp.apply(u, q.detach());
          case ROTATED -> RotationTrick.apply(u, q);
        };
    return new Quantized(values, indices, losses);
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    return direction(EmbeddingOp.apply(table, indices));
  }

  private Tensor direction(Tensor x) {
    return options.isNormalized() ? NormalizeOp.apply(x, 1, EPS) : x;
  }

  /// `2 z · e - |e|²`, which differs from `-|z - e|²` by what is equal for all codes.
  private static Tensor affinity(Tensor z, Tensor codes) {
    Tensor squares = SumOp.apply(codes.mul(codes), 1).reshape(1, -1); // [1, K]
    return LinearOp.apply(z, codes).scale(2).sub(squares); // [N, K]
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
