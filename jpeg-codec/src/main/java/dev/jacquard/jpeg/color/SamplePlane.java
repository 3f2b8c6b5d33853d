package dev.jacquard.jpeg.color;

/// The samples of one component at its own resolution (T.81 A.1.1), of 8 to 16 bits.
///
/// The plane does not copy: it lends its array to the stages before and after it.
public final class SamplePlane {
  private final short[] samples;
  private final int stride;
  private final int width;
  private final int height;

  /// A view of an array of samples.
  ///
  /// @param samples at least `stride * height` samples, row-major, unsigned
  /// @param stride distance between rows, at least `width`
  /// @param width samples in a row that belong to the picture
  /// @param height rows that belong to the picture
  public SamplePlane(short[] samples, int stride, int width, int height) {
    this.samples = samples;
    this.stride = stride;
    this.width = width;
    this.height = height;
  }

  /// The array itself.
  ///
  /// @return `stride * height` samples or more; not a copy
  public short[] samples() {
    return samples;
  }

  /// Distance between rows.
  ///
  /// @return in samples
  public int stride() {
    return stride;
  }

  /// Width of the picture.
  ///
  /// @return in samples
  public int width() {
    return width;
  }

  /// Height of the picture.
  ///
  /// @return in samples
  public int height() {
    return height;
  }
}
