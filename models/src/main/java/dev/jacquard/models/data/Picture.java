package dev.jacquard.models.data;

import java.util.Arrays;

/// A picture in memory: 8-bit samples, grey or RGB, interleaved, rows from top to bottom.
///
/// Sample `(x, y, c)` is `samples[(y · width + x) · channels + c]`. The array is shared, not
/// copied: whoever makes a picture gives its array away, and nobody writes to it afterwards.
public final class Picture {
  private final int width;
  private final int height;
  private final int channels;
  private final byte[] samples;

  /// Wraps samples as a picture.
  ///
  /// @param width columns, at least 1
  /// @param height rows, at least 1
  /// @param channels 1 for grey, 3 for RGB
  /// @param samples `[height, width, channels]`, unsigned bytes
  /// @throws IllegalArgumentException if the sizes do not agree
  public Picture(int width, int height, int channels, byte[] samples) {
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "picture: no such size; %dx%d with %d channels; need at least 1x1 with 1 or 3 channels"
              .formatted(width, height, channels));
    }
    if (samples.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          "picture: wrong number of samples; %d for %dx%dx%d; need %d"
              .formatted(
                  samples.length, width, height, channels, (long) width * height * channels));
    }
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.samples = samples;
  }

  /// The number of columns.
  ///
  /// @return at least 1
  public int width() {
    return width;
  }

  /// The number of rows.
  ///
  /// @return at least 1
  public int height() {
    return height;
  }

  /// The number of samples of a pixel.
  ///
  /// @return 1 for grey, 3 for RGB
  public int channels() {
    return channels;
  }

  /// The samples themselves, not a copy.
  ///
  /// @return `[height, width, channels]`; not to be written to
  public byte[] samples() {
    return samples;
  }

  /// One sample.
  ///
  /// @param x column
  /// @param y row
  /// @param c channel
  /// @return the sample, 0..255
  public int sample(int x, int y, int c) {
    return samples[(y * width + x) * channels + c] & 0xFF;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Picture that
        && width == that.width
        && height == that.height
        && channels == that.channels
        && Arrays.equals(samples, that.samples);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + channels) + Arrays.hashCode(samples);
  }

  @Override
  public String toString() {
    return "Picture[%dx%dx%d]".formatted(width, height, channels);
  }
}
