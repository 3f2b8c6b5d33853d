package dev.jacquard.jpeg.color;

/// Upsampling by repetition: each sample becomes a box of `hExpand x vExpand` equal ones.
final class BoxUpsampler implements Upsampler {
  private final SamplePlane plane;
  private final int hExpand;
  private final int vExpand;

  BoxUpsampler(SamplePlane plane, int hExpand, int vExpand) {
    this.plane = plane;
    this.hExpand = hExpand;
    this.vExpand = vExpand;
  }

  @Override
  public void row(int y, short[] out) {
    int from = plane.offset(y / vExpand);
    if (hExpand == 1) {
      System.arraycopy(plane.samples(), from, out, 0, plane.width());
      return;
    }
    int at = 0;
    for (int x = 0; x < plane.width(); x++) {
      short sample = plane.samples()[from + x];
      for (int i = 0; i < hExpand; i++) {
        out[at++] = sample;
      }
    }
  }
}
