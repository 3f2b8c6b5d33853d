package dev.jacquard.models;

import dev.jacquard.models.data.ImageSet;
import dev.jacquard.models.data.Picture;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// A loaded model that knows pictures: one that draws them ([ImageModel]) or one that turns them
/// into codes and back ([TokenizerModel]). Used by one thread at a time; closing gives its memory
/// back.
public interface PictureModel extends AutoCloseable {
  /// Measures the model on held-out pictures.
  ///
  /// @param pictures any size; fitted to the model's
  /// @param metrics names of the metrics; empty for all
  /// @return value by name
  /// @throws IOException if a picture cannot be read
  /// @throws IllegalArgumentException if the model does not know a metric; names those it knows
  Map<String, Double> evaluate(ImageSet pictures, List<String> metrics) throws IOException;

  /// The picture as the model sees it: fitted to its size.
  ///
  /// @param picture any size
  /// @return a picture of the model's size
  Picture fit(Picture picture);

  @Override
  void close();
}
