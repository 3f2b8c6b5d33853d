package dev.jacquard.models.data;

import dev.jacquard.tensor.random.RandomStream;

/// Small changes that leave a training picture a picture of its kind.
///
/// @param flip whether half of the pictures are mirrored
/// @param shift largest move in each direction in pixels; the border is repeated
public record Augmentation(boolean flip, int shift) {
  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException if the move is negative
  public Augmentation {
    if (shift < 0) {
      throw new IllegalArgumentException("augmentation: negative shift; " + shift + "; need >= 0");
    }
  }

  /// Whether pictures stay as they are.
  ///
  /// @return true if [#apply] changes nothing
  public boolean isNone() {
    return !flip && shift == 0;
  }

  /// Changes a picture.
  ///
  /// @param picture the original
  /// @param random numbers of this draw
  /// @return a picture of the same size
  public Picture apply(Picture picture, RandomStream random) {
    Picture mirrored =
        flip && random.below(0, 2) == 1 ? ImageTransform.flipHorizontal(picture) : picture;
    int dx = random.below(1, 2 * shift + 1) - shift;
    int dy = random.below(2, 2 * shift + 1) - shift;
    return move(mirrored, dx, dy);
  }

  private static Picture move(Picture picture, int dx, int dy) {
    int width = picture.width();
    int height = picture.height();
    int channels = picture.channels();
    byte[] from = picture.samples();
    byte[] to = new byte[from.length];
    for (int y = 0; y < height; y++) {
      int sourceY = Math.clamp(y - dy, 0, height - 1);
      for (int x = 0; x < width; x++) {
        int sourceX = Math.clamp(x - dx, 0, width - 1);
        int source = (sourceY * width + sourceX) * channels;
        System.arraycopy(from, source, to, (y * width + x) * channels, channels);
      }
    }
    return new Picture(width, height, channels, to);
  }
}
