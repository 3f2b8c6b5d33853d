package dev.jacquard.models.eval;

import dev.jacquard.models.data.Picture;
import java.util.List;

/// Turns pictures into vectors that distances between sets of pictures are measured on.
public interface FeatureExtractor {
  /// What to call it in reports.
  ///
  /// @return for example `digit-cnn`
  String name();

  /// Which weights it has.
  ///
  /// @return the first 12 hexadecimal digits of their SHA-256
  String hash();

  /// The features of pictures.
  ///
  /// @param pictures of a size that the extractor takes
  /// @return `[n][d]`
  double[][] features(List<Picture> pictures);
}
