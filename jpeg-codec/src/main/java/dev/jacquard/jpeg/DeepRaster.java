package dev.jacquard.jpeg;

import java.util.Arrays;

/// A picture in memory whose samples may be deeper than 8 bits: interleaved, row by row from the
/// top.
///
/// The array is lent, not copied: whoever changes it changes the raster.
public final class DeepRaster {
  private final int width;
  private final int height;
  private final int components;
  private final int precision;
  private final short[] samples;

  /// A raster over an array.
  ///
  /// @param width in pixels, 1..65535
  /// @param height in pixels, 1..65535
  /// @param components 1 for grey, 3 for RGB, 4 for CMYK (the largest value for no ink), 2 for
  ///   anything
  /// @param precision bits of a sample, 2..16
  /// @param samples `height * width * components` unsigned samples, each under `2^precision`
  /// @throws IllegalArgumentException if a number is out of range or the array has another length
  public DeepRaster(int width, int height, int components, int precision, short[] samples) {
    boolean sized = width >= 1 && width <= 0xFFFF && height >= 1 && height <= 0xFFFF;
    if (!sized || components < 1 || components > 4 || precision < 2 || precision > 16) {
      String problem =
          "deep raster: number out of range; %d x %d, %d components, %d bits;"
              + " need 1..65535 each, 1..4, 2..16";
      throw new IllegalArgumentException(problem.formatted(width, height, components, precision));
    }
    if (samples.length != (long) width * height * components) {
      throw new IllegalArgumentException(
          "deep raster: wrong number of samples; %d; need %d x %d x %d"
              .formatted(samples.length, height, width, components));
    }
    this.width = width;
    this.height = height;
    this.components = components;
    this.precision = precision;
    this.samples = samples;
  }

  /// The same picture, with samples in 16 bits that could have more than 8.
  static DeepRaster of(Raster raster) {
    short[] samples = new short[raster.samples().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (raster.samples()[i] & 0xFF);
    }
    return new DeepRaster(raster.width(), raster.height(), raster.components(), 8, samples);
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

  /// Bits of a sample.
  ///
  /// @return 2..16; white is `2^precision - 1`
  public int precision() {
    return precision;
  }

  /// The samples themselves, not a copy.
  ///
  /// @return `height * width * components` unsigned samples
  public short[] samples() {
    return samples;
  }

  /// One sample.
  ///
  /// @param x column, 0..`width - 1`
  /// @param y row, 0..`height - 1`
  /// @param component 0..`components - 1`
  /// @return 0..`2^precision - 1`
  public int sample(int x, int y, int component) {
    return samples[(y * width + x) * components + component] & 0xFFFF;
  }

  /// The same picture with samples of 8 bits: `round(255 · s / (2^precision - 1))`.
  ///
  /// @return a copy
  public Raster toRaster() {
    byte[] bytes = new byte[samples.length];
    int max = (1 << precision) - 1;
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ((255 * (samples[i] & 0xFFFF) + max / 2) / max);
    }
    return new Raster(width, height, components, bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeepRaster r
        && width == r.width
        && height == r.height
        && components == r.components
        && precision == r.precision
        && Arrays.equals(samples, r.samples);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * width + height) + precision) + Arrays.hashCode(samples);
  }

  @Override
  public String toString() {
    return "%d x %d, %d components of %d bits".formatted(width, height, components, precision);
  }
}
