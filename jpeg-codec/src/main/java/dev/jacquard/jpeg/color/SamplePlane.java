package dev.jacquard.jpeg.color;

/// The samples of one component at its own resolution (T.81 A.1.1), of 8 to 16 bits.
///
/// The plane does not copy: it lends its array to the stages before and after it.
public final class SamplePlane {
  private final short[] samples;
  private final int stride;
  private final int width;
  private final int height;
  private final int rows;

  /// A view of an array of samples.
  ///
  /// @param samples row-major, unsigned; if there are fewer than `stride * height`, the rows of the
  ///   picture pass through them, each in the place of one that went before
  /// @param stride distance between rows, at least `width`
  /// @param width samples in a row that belong to the picture
  /// @param height rows that belong to the picture
  public SamplePlane(short[] samples, int stride, int width, int height) {
    this.samples = samples;
    this.stride = stride;
    this.width = width;
    this.height = height;
    this.rows = samples.length / stride;
  }

  /// The array itself.
  ///
  /// @return not a copy
  public short[] samples() {
    return samples;
  }

  /// Where a row begins.
  ///
  /// @param y row, 0..`height - 1`
  /// @return index in [#samples()]
  public int offset(int y) {
    return y % rows * stride;
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
