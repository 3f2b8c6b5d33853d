package dev.jacquard.jpeg.color;

/// Upsampling where a ratio is no whole number, as 3 to 2: every sample of the picture takes the
/// one of the component that covers it. (libjpeg refuses such files.)
final class NearestUpsampler implements Upsampler {
  private final SamplePlane plane;
  private final int h;
  private final int maxH;
  private final int v;
  private final int maxV;

  NearestUpsampler(SamplePlane plane, int h, int maxH, int v, int maxV) {
    this.plane = plane;
    this.h = h;
    this.maxH = maxH;
    this.v = v;
    this.maxV = maxV;
  }

  @Override
  public void row(int y, short[] out) {
    int from = plane.offset(Math.min(y * v / maxV, plane.height() - 1));
    for (int x = 0; x < out.length; x++) {
      out[x] = plane.samples()[from + Math.min(x * h / maxH, plane.width() - 1)];
    }
  }
}
