package dev.jacquard.models.var;

import dev.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A model that predicts one map after the other, as drawing sees it.
public interface ScaleModel {
  /// Its sizes.
  ///
  /// @return with the scales
  VarConfig config();

  /// Starts pictures that grow together.
  ///
  /// @param labels `[B]`, i32, their classes
  /// @return a session, closed by the caller
  Session open(Tensor labels);

  /// `B` pictures with what the model remembers of their coarser maps. Used by one thread.
  interface Session extends AutoCloseable {
    /// Predicts the next map.
    ///
    /// @param scale its number; 0 first, then one more each time
    /// @param latents `[B, n, d]`, what is known of the pictures at its size; null for scale 0
    /// @return `[B, n, V]`, logits of its tokens
    Tensor logits(int scale, @Nullable Tensor latents);

    @Override
    void close();
  }
}
