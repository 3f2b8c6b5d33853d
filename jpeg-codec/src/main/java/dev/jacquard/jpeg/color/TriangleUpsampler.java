package dev.jacquard.jpeg.color;

/// Upsampling by 2 with a triangle filter: a new sample is 3/4 of the nearer input sample and 1/4
/// of the next nearer one, in each direction that is expanded; outside the picture its edge is
/// repeated.
///
/// libjpeg calls this "fancy". Halves are rounded alternately down and up, horizontally within a
/// row, or vertically from row to row if only the height is doubled.
final class TriangleUpsampler implements Upsampler {
  private final SamplePlane plane;
  private final int hExpand;
  private final int vExpand;
  private final int[] sums;

  TriangleUpsampler(SamplePlane plane, int hExpand, int vExpand) {
    this.plane = plane;
    this.hExpand = hExpand;
    this.vExpand = vExpand;
    this.sums = new int[plane.width()];
  }

  @Override
  public void row(int y, short[] out) {
    if (vExpand == 1) {
      sumRows(y, y, 0);
    } else {
      int near = y / 2;
      int far = Math.clamp(near + ((y & 1) == 0 ? -1 : 1), 0, plane.height() - 1);
      sumRows(near, far, 1);
    }
    if (hExpand == 1) {
      int bias = 1 + (y & 1);
      for (int x = 0; x < sums.length; x++) {
        out[x] = (short) ((sums[x] + bias) >> 2);
      }
    } else if (vExpand == 1) {
      expand(out, 1, 2, 2);
    } else {
      expand(out, 8, 7, 4);
    }
  }

  /// `near` alone, or `3 · near + far`.
  private void sumRows(int near, int far, int weightOfFar) {
    short[] samples = plane.samples();
    int a = plane.offset(near);
    int b = plane.offset(far);
    int weightOfNear = 1 + 2 * weightOfFar;
    for (int x = 0; x < sums.length; x++) {
      sums[x] = weightOfNear * (samples[a + x] & 0xFFFF) + weightOfFar * (samples[b + x] & 0xFFFF);
    }
  }

  private void expand(short[] out, int evenBias, int oddBias, int shift) {
    int last = sums.length - 1;
    for (int x = 0; x <= last; x++) {
      int left = sums[Math.max(x - 1, 0)];
      int right = sums[Math.min(x + 1, last)];
      out[2 * x] = (short) ((3 * sums[x] + left + evenBias) >> shift);
      out[2 * x + 1] = (short) ((3 * sums[x] + right + oddBias) >> shift);
    }
  }
}
