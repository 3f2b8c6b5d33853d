package dev.jacquard.jpeg.color;

/// Brings a component to the full resolution of the picture, row by row.
public sealed interface Upsampler
    permits BoxUpsampler, NearestUpsampler, TriangleUpsampler, VectorTriangleUpsampler {

  /// The upsampler that libjpeg-turbo would use: triangle filters where a ratio is 1 or 2 and the
  /// component is wide enough, else repetition of samples.
  ///
  /// @param plane the component
  /// @param h its horizontal sampling factor, 1..4
  /// @param maxH the largest one of the frame
  /// @param v its vertical sampling factor, 1..4
  /// @param maxV the largest one of the frame
  /// @param precision bits of a sample
  /// @param fancy whether triangle filters may be used
  /// @return the upsampler, which reads the plane when asked for rows
  static Upsampler of(
      SamplePlane plane, int h, int maxH, int v, int maxV, int precision, boolean fancy) {
    if (maxH % h != 0 || maxV % v != 0) {
      return new NearestUpsampler(plane, h, maxH, v, maxV);
    }
    int hExpand = maxH / h;
    int vExpand = maxV / v;
    boolean triangle =
        hExpand == 2 ? vExpand <= 2 && plane.width() > 2 : hExpand == 1 && vExpand == 2;
    if (!fancy || !triangle) {
      return new BoxUpsampler(plane, hExpand, vExpand);
    }
    return Vectors.AVAILABLE && precision == 8
        ? new VectorTriangleUpsampler(plane, hExpand, vExpand)
        : new TriangleUpsampler(plane, hExpand, vExpand);
  }

  /// Computes one row at full resolution.
  ///
  /// @param y row of the picture
  /// @param out receives at least as many samples as a row of the picture has
  void row(int y, short[] out);
}
