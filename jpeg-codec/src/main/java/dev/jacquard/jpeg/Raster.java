package dev.jacquard.jpeg;

import java.util.Arrays;

/// A picture in memory: 8-bit samples, interleaved, row by row from the top.
///
/// The array is lent, not copied: whoever changes it changes the raster.
public final class Raster {
  private final int width;
  private final int height;
  private final int components;
  private final byte[] samples;

  /// A raster over an array.
  ///
  /// @param width in pixels, 1..65535
  /// @param height in pixels, 1..65535
  /// @param components 1 for grey, 3 for RGB, 4 for CMYK (255 for no ink), 2 for anything
  /// @param samples `height * width * components` unsigned samples
  /// @throws IllegalArgumentException if a number is out of range or the array has another length
  public Raster(int width, int height, int components, byte[] samples) {
    if (width < 1 || width > 0xFFFF || height < 1 || height > 0xFFFF) {
      throw new IllegalArgumentException(
          "raster: size out of range; " + width + " x " + height + "; need 1..65535 each");
    }
    if (components < 1 || components > 4) {
      throw new IllegalArgumentException(
          "raster: wrong number of components; "
              + components
              + "; need 1 (grey), 2, 3 (RGB) or 4 (CMYK)");
    }
    if (samples.length != (long) width * height * components) {
      throw new IllegalArgumentException(
          "raster: wrong number of samples; %d; need %d x %d x %d"
              .formatted(samples.length, height, width, components));
    }
    this.width = width;
    this.height = height;
    this.components = components;
    this.samples = samples;
  }

  /// Width of the picture.
  ///
  /// @return in pixels
  public int width() {
    return width;
  }

  /// Height of the picture.
  ///
  /// @return in pixels
  public int height() {
    return height;
  }

  /// Samples of a pixel.
  ///
  /// @return 1 (grey), 2, 3 (RGB) or 4 (CMYK)
  public int components() {
    return components;
  }

  /// The samples themselves, not a copy.
  ///
  /// @return `height * width * components` unsigned samples
  public byte[] samples() {
    return samples;
  }

  /// One sample.
  ///
  /// @param x column, 0..`width - 1`
  /// @param y row, 0..`height - 1`
  /// @param component 0..`components - 1`
  /// @return 0..255
  public int sample(int x, int y, int component) {
    return samples[(y * width + x) * components + component] & 0xFF;
  }

  /// Some rows of the picture.
  Raster rows(int from, int to) {
    int bytes = width * components;
    return new Raster(
        width, to - from, components, Arrays.copyOfRange(samples, from * bytes, to * bytes));
  }

  /// This picture in RGB: of CMYK each ink is multiplied by black, `round(c · k / 255)`, which is
  /// what `djpeg` does; grey is repeated.
  ///
  /// @return this raster if it has three components
  /// @throws IllegalStateException if it has two
  public Raster toRgb() {
    if (components == 3) {
      return this;
    }
    if (components == 2) {
      throw new IllegalStateException("raster: no colours; 2 components; need 1, 3 or 4");
    }
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int at = i / 3 * components;
      if (components == 1) {
        rgb[i] = samples[at];
      } else {
        int product = (samples[at + i % 3] & 0xFF) * (samples[at + 3] & 0xFF);
        rgb[i] = (byte) (product / 255.0 + 0.5);
      }
    }
    return new Raster(width, height, 3, rgb);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Raster r
        && width == r.width
        && height == r.height
        && components == r.components
        && Arrays.equals(samples, r.samples);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(samples);
  }

  @Override
  public String toString() {
    return "%d x %d, %s".formatted(width, height, kind());
  }

  private String kind() {
    return switch (components) {
      case 1 -> "grey";
      case 2 -> "2 components";
      case 3 -> "RGB";
      default -> "CMYK";
    };
  }
}
