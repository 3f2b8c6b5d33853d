package dev.jacquard.models.llamagen;

import dev.jacquard.nn.Module;
import dev.jacquard.tensor.Tensor;

/// Turns what a picture is drawn from into the first tokens of its sequence.
public sealed interface ConditionEmbedder extends Module permits ClassEmbedder, CaptionEmbedder {
  /// Embeds conditions.
  ///
  /// @param condition classes `[B]`, i32, or features of captions `[B, K, E]`, f32
  /// @return `[B, K, C]`
  Tensor forward(Tensor condition);

  /// The condition that stands for none, which guidance leads away from.
  ///
  /// @param batch number of pictures, `B`
  /// @return what [#forward] takes
  Tensor none(int batch);
}
