package dev.jacquard.models.data;

import dev.jacquard.tensor.random.RandomStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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

  /// One way to change a picture.
  private record Form(boolean isMirrored, int dx, int dy) {
    Picture of(Picture picture) {
      Picture mirrored = isMirrored ? ImageTransform.flipHorizontal(picture) : picture;
      return isMoved() ? move(mirrored, dx, dy) : mirrored;
    }

    boolean isMoved() {
      return dx != 0 || dy != 0;
    }
  }

  /// Whether pictures stay as they are.
  ///
  /// @return true if [#apply] changes nothing
  public boolean isNone() {
    return !flip && shift == 0;
  }

  /// In how many forms a picture can come.
  ///
  /// @return 1 if it stays as it is
  public int count() {
    return (flip ? 2 : 1) * (2 * shift + 1) * (2 * shift + 1);
  }

  /// Changes a picture.
  ///
  /// @param picture the original
  /// @param random numbers of this draw
  /// @return a picture of the same size
  public Picture apply(Picture picture, RandomStream random) {
    boolean isMirrored = flip && random.below(0, 2) == 1;
    int dx = random.below(1, 2 * shift + 1) - shift;
    int dy = random.below(2, 2 * shift + 1) - shift;
    return new Form(isMirrored, dx, dy).of(picture);
  }

  /// A picture in several forms: as it is, mirrored if that is allowed, then moved ones without
  /// repetition.
  ///
  /// @param picture the original
  /// @param most how many at most
  /// @param random chooses among the moved ones
  /// @return as many pictures of the same size, or [#count()] if there are fewer
  public List<Picture> forms(Picture picture, int most, RandomStream random) {
    List<Form> forms = new ArrayList<>();
    List<Form> moved = new ArrayList<>();
    for (int number = 0; number < count(); number++) {
      int place = flip ? number / 2 : number;
      int dx = place % (2 * shift + 1) - shift;
      int dy = place / (2 * shift + 1) - shift;
      Form form = new Form(flip && number % 2 == 1, dx, dy);
      (form.isMoved() ? moved : forms).add(form);
    }
    for (int i = moved.size() - 1; i > 0; i--) { // Fisher and Yates
      Collections.swap(moved, i, random.below(i, i + 1));
    }
    forms.addAll(moved);
    return forms.stream().limit(most).map(form -> form.of(picture)).toList();
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
