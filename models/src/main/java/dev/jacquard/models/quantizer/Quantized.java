package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// What a quantizer makes of latents.
///
/// @param values the codes in the layout of the latents; the gradient goes on to the latents
/// @param indices which codes, i32
/// @param losses scalars `[]`, each with its weight already, to be added to a model's loss
public record Quantized(Tensor values, Tensor indices, Map<Term, Tensor> losses) {

  /// The losses that quantizers have.
  public enum Term {
    /// Pulls codes to the latents.
    CODEBOOK,
    /// Pulls latents to their codes.
    COMMITMENT,
    /// Makes decisions clear and the use of codes even.
    ENTROPY
  }

  /// Copies the map.
  public Quantized {
    Map<Term, Tensor> copy = new EnumMap<>(Term.class);
    copy.putAll(losses);
    losses = Collections.unmodifiableMap(copy);
  }

  /// The sum of all losses.
  ///
  /// @return scalar `[]`; 0 if there are none
  public Tensor loss() {
    return losses.values().stream()
        .reduce(Tensor::add)
        .orElseGet(() -> Tensor.zeros(values.backend(), Shape.of()));
  }

  /// One loss.
  ///
  /// @param term which
  /// @return scalar `[]`; 0 if the quantizer has no such loss
  public Tensor loss(Term term) {
    Tensor loss = losses.get(term);
    return loss != null ? loss : Tensor.zeros(values.backend(), Shape.of());
  }

  /// The same losses and other tensors.
  Quantized with(Tensor otherValues, Tensor otherIndices) {
    return new Quantized(otherValues, otherIndices, losses);
  }
}
