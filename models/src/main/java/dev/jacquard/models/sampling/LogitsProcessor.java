package dev.jacquard.models.sampling;

/// Changes the logits of one sequence before a token is drawn: temperature, filters, masks, biases.
/// Forbidden tokens get `-∞`.
@FunctionalInterface
public interface LogitsProcessor {
  /// Changes logits in place.
  ///
  /// @param sequence number of the sequence in its batch
  /// @param tokens the sequence so far, prompt included
  /// @param length how many of `tokens` count
  /// @param logits `[V]`, changed in place
  void process(int sequence, int[] tokens, int length, float[] logits);

  /// Whether this only forbids tokens, whatever the logits are: where it leaves one, that token is
  /// certain without asking the model.
  ///
  /// @return false unless it says otherwise
  default boolean isMask() {
    return false;
  }
}
