package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.NormalizeOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import java.util.Map;

/// Two codebooks, of meaning and of pixels, that share their index: `k = argmin_j (|u - e_j|² + w
/// |v - f_j|²)` for a latent whose channels are `u` and `v`.
///
/// Qu et al. 2024 (arXiv:2412.03069), eq. 2. Latents and codes are scaled to length 1, each half by
/// itself. Parameters: `semantic.weight` `[K, dₛ]`, `pixel.weight` `[K, dₚ]`.
public final class SharedIndexQuantizer implements RowQuantizer, Module {
  private static final float EPS = 1e-12f;

  /// The choices.
  ///
  /// @param codebookSize `K`
  /// @param semanticDim width of the first half, `dₛ`
  /// @param pixelDim width of the second half, `dₚ`
  /// @param pixelWeight `w`
  /// @param commitment weight of the commitment loss
  public record Options(
      int codebookSize, int semanticDim, int pixelDim, float pixelWeight, float commitment) {}

  private final Parameters parameters;
  private final Options options;
  private final Tensor semantic;
  private final Tensor pixel;

  /// Builds the quantizer.
  ///
  /// @param p where the codebooks come from
  /// @param options the choices
  public SharedIndexQuantizer(Parameters p, Options options) {
    int size = options.codebookSize();
    Initializer start = Initializer.uniform(1f / size);
    this.parameters = p;
    this.options = options;
    this.semantic = p.at("semantic").get("weight", Shape.of(size, options.semanticDim()), start);
    this.pixel = p.at("pixel").get("weight", Shape.of(size, options.pixelDim()), start);
  }

  @Override
  public int codebookSize() {
    return options.codebookSize();
  }

  @Override
  public int dim() {
    return options.semanticDim() + options.pixelDim();
  }

  @Override
  public Quantized quantizeRows(Tensor z) {
    int first = options.semanticDim();
    Tensor u = direction(z.narrow(1, 0, first)); // [N, ds]
    Tensor v = direction(z.narrow(1, first, options.pixelDim())); // [N, dp]
    Tensor e = direction(semantic);
    Tensor f = direction(pixel);
    float root = (float) Math.sqrt(options.pixelWeight());
    Tensor indices = NearestCode.indices(joined(u, v.scale(root)), joined(e, f.scale(root))); // [N]
    Tensor latent = joined(u, v); // [N, d]
    Tensor q = joined(EmbeddingOp.apply(e, indices), EmbeddingOp.apply(f, indices)); // [N, d]
    Tensor commitment = RegressionLosses.squared(q.detach(), latent).scale(options.commitment());
    return new Quantized(
        StraightThroughOp.apply(latent, q.detach()),
        indices,
        Map.of(
            Term.CODEBOOK,
            RegressionLosses.squared(q, latent.detach()),
            Term.COMMITMENT,
            commitment));
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    return joined(
        direction(EmbeddingOp.apply(semantic, indices)),
        direction(EmbeddingOp.apply(pixel, indices)));
  }

  private static Tensor joined(Tensor a, Tensor b) {
    return ConcatOp.apply(1, List.of(a, b));
  }

  private static Tensor direction(Tensor x) {
    return NormalizeOp.apply(x, 1, EPS);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
