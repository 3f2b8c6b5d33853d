package dev.jacquard.models;

import dev.jacquard.models.data.Picture;
import java.util.List;

/// A model that redraws a part of a picture and keeps the rest.
public interface MaskEditor extends ImageModel {
  /// Redraws what a mask shows.
  ///
  /// @param picture any size; fitted to the model's
  /// @param mask of the picture's size; what is brighter than half is redrawn, the rest is kept as
  ///   far as codes can keep it
  /// @param request what to draw; without a condition the model goes by what is kept alone
  /// @param listener hears of each step; may cancel
  /// @return the pictures in order
  /// @throws IllegalArgumentException if the mask has another size than the picture
  List<GeneratedImage> edit(
      Picture picture, Picture mask, Request request, GenerationListener listener);
}
