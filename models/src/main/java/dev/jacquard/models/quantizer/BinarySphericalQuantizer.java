package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.NormalizeOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import java.util.EnumMap;
import java.util.Map;

/// The nearest corner of a cube within the unit sphere: `u = z / |z|`, `q = sign(u) / √d`.
///
/// Index `Σ b_i 2^(d-1-i)` with `b_i = [u_i > 0]`, the first channel highest. The gradient is
/// scaled by `1/√d`, as in the released code, which quantises first and scales then.
///
/// ```text
/// loss = β mean Σ_i (q_i - u_i)²  +  ζ (γ₀ H(sample) - γ H(average)) / t
/// ```
///
/// Zhao et al. 2024 (arXiv:2406.07548), section 4. The commitment sums over channels. `H(sample)`
/// is exact, `H(average)` treats groups of bits as independent.
public final class BinarySphericalQuantizer implements RowQuantizer {
  private static final float EPS = 1e-12f;

  /// The choices.
  ///
  /// @param groups number of indices of a vector
  /// @param bits channels of an index
  /// @param isNormalizing whether latents are scaled to length 1 here; if not, the caller has
  /// @param commitment `β`
  /// @param entropyWeight `ζ`; 0 for no entropy loss
  /// @param sampleWeight `γ₀`
  /// @param averageWeight `γ`
  /// @param inverseTemperature `t`
  public record Options(
      int groups,
      int bits,
      boolean isNormalizing,
      float commitment,
      float entropyWeight,
      float sampleWeight,
      float averageWeight,
      float inverseTemperature) {

    /// Commitment 0.25, entropy loss 0.1 with both weights 1, `t` 100.
    ///
    /// @param groups number of indices of a vector
    /// @param bits channels of an index
    /// @return the options
    public static Options of(int groups, int bits) {
      return new Options(groups, bits, true, 0.25f, 0.1f, 1, 1, 100);
    }
  }

  private final Options options;
  private final BitCodes codes;

  /// Builds the quantizer.
  ///
  /// @param options the choices
  public BinarySphericalQuantizer(Options options) {
    this.options = options;
    this.codes = new BitCodes(options.groups(), options.bits(), false);
  }

  @Override
  public int codebookSize() {
    return 1 << options.bits();
  }

  @Override
  public int dim() {
    return codes.dim();
  }

  @Override
  public int indicesPerVector() {
    return options.groups();
  }

  @Override
  public Quantized quantizeRows(Tensor z) {
    Tensor u = options.isNormalizing() ? NormalizeOp.apply(z, 1, EPS) : z; // [N, d]
    Tensor signs = BitCodes.signs(u); // [N, d]
    Tensor q = signs.scale(length());
    Map<Term, Tensor> losses = new EnumMap<>(Term.class);
    float each = options.commitment() / z.shape().dim(0);
    losses.put(Term.COMMITMENT, q.sub(u).map(Unary.SQUARE).sum().scale(each));
    if (options.entropyWeight() > 0) {
      EntropyLoss entropy = entropy(u);
      Tensor balance =
          entropy
              .sample()
              .scale(options.sampleWeight())
              .sub(entropy.average().scale(options.averageWeight()));
      losses.put(
          Term.ENTROPY, balance.scale(options.entropyWeight() / options.inverseTemperature()));
    }
    Tensor values = StraightThroughOp.apply(u, signs).scale(length());
    return new Quantized(values, codes.indices(signs), losses);
  }

  /// The entropies of soft decisions.
  ///
  /// @param u `[N, d]`, of length 1
  /// @return both, differentiable
  public EntropyLoss entropy(Tensor u) {
    float a = 2 * options.inverseTemperature() * length();
    return new EntropyLoss(BitCodes.sampleEntropy(u, a), codes.averageEntropy(u, a));
  }

  /// `1/√d`: of one channel of a code.
  private float length() {
    return (float) (1 / Math.sqrt(dim()));
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    return codes.codes(indices).scale(length());
  }
}
