package dev.jacquard.models.quantizer;

import dev.jacquard.models.quantizer.Quantized.Term;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.StraightThroughOp;
import java.util.EnumMap;
import java.util.Map;

/// The sign of each channel: `2^d` codes of -1 and 1, no table.
///
/// Index `Σ b_i 2^i` with `b_i = [z_i > 0]`, the first channel lowest. Yu et al. 2023
/// (arXiv:2310.05737), section 3.1; bit order and temperature of the entropy loss (over `2 z · c /
/// τ`) as in Open-MAGVIT2 (arXiv:2409.04410). Wide codes are cut into groups with an index each.
public final class LookupFreeQuantizer implements RowQuantizer {

  /// The choices.
  ///
  /// @param groups number of indices of a vector
  /// @param bits channels of an index
  /// @param commitment weight of the commitment loss
  /// @param entropyWeight weight of the entropy loss; 0 for none
  /// @param temperature `τ`
  public record Options(
      int groups, int bits, float commitment, float entropyWeight, float temperature) {

    /// One index, commitment 0.25, entropy loss 0.1 at temperature 0.01.
    ///
    /// @param bits channels
    /// @return the options
    public static Options of(int bits) {
      return new Options(1, bits, 0.25f, 0.1f, 0.01f);
    }
  }

  private final Options options;
  private final BitCodes codes;

  /// Builds the quantizer.
  ///
  /// @param options the choices
  public LookupFreeQuantizer(Options options) {
    this.options = options;
    this.codes = new BitCodes(options.groups(), options.bits(), true);
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
    Tensor q = BitCodes.signs(z); // [N, d]
    Map<Term, Tensor> losses = new EnumMap<>(Term.class);
    losses.put(Term.COMMITMENT, RegressionLosses.squared(q, z).scale(options.commitment()));
    if (options.entropyWeight() > 0) {
      EntropyLoss entropy = entropy(z);
      losses.put(Term.ENTROPY, entropy.loss().scale(options.entropyWeight()));
    }
    return new Quantized(StraightThroughOp.apply(z, q), codes.indices(q), losses);
  }

  /// The entropies of soft decisions, that of a sample by bits.
  ///
  /// @param z `[N, d]`
  /// @return both, differentiable
  public EntropyLoss entropy(Tensor z) {
    float a = 2 / options.temperature();
    return new EntropyLoss(BitCodes.sampleEntropy(z, a), codes.averageEntropy(z, a));
  }

  @Override
  public Tensor lookupRows(Tensor indices) {
    return codes.codes(indices);
  }
}
