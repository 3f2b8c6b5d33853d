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
}
