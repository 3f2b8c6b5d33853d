package dev.jacquard.models;

import dev.jacquard.models.data.Picture;
import java.util.List;
import java.util.function.Supplier;

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

  /// Called while a prompt is read, after each piece of it.
  ///
  /// @param picture number of the picture that it is for
  /// @param read number of tokens that were read
  /// @param length number of tokens of the prompt
  /// @return false to stop
  default boolean onPrompt(int picture, int read, int length) {
    return true;
  }

  /// Called before [#onProgress] by models that can show a picture while it is being drawn.
  ///
  /// @param first number of the first picture of those that are drawn now
  /// @param pictures shows them as far as they are known, in order; works when asked, and may be
  ///   asked until this call returns
  default void onPreview(int first, Supplier<List<Picture>> pictures) {}
}
