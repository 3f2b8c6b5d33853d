package dev.jacquard.jpeg.color;

/// Brings a component to the full resolution of the picture, row by row.
public sealed interface Upsampler permits BoxUpsampler, TriangleUpsampler {

  /// The upsampler that libjpeg-turbo would use: triangle filters where a ratio is 1 or 2 and the
  /// component is wide enough, else repetition of samples.
  ///
  /// @param plane the component
  /// @param hExpand output samples per input sample horizontally, 1..4
  /// @param vExpand the same vertically, 1..4
  /// @param fancy whether triangle filters may be used
  /// @return the upsampler, which reads the plane when asked for rows
  static Upsampler of(SamplePlane plane, int hExpand, int vExpand, boolean fancy) {
    boolean triangle =
        hExpand == 2 ? vExpand <= 2 && plane.width() > 2 : hExpand == 1 && vExpand == 2;
    return fancy && triangle
        ? new TriangleUpsampler(plane, hExpand, vExpand)
        : new BoxUpsampler(plane, hExpand, vExpand);
  }

  /// Computes one row at full resolution.
  ///
  /// @param y row of the picture
  /// @param out receives `plane.width() * hExpand` samples
  void row(int y, byte[] out);
}
