package dev.jacquard.models;

/// Hears of the progress of drawing.
@FunctionalInterface
public interface GenerationListener {
  /// Ignores everything.
  GenerationListener NONE = (_, _) -> true;

  /// Called after each step of the model.
  ///
  /// @param tokens number of tokens drawn so far
  /// @param finished number of pictures that are finished
  /// @return false to stop
  boolean onProgress(long tokens, int finished);
}
