package dev.jacquard.jpeg.color;

/// Plain loops; what they do is what [VectorRowKernels] must do.
final class PlainRowKernels implements RowKernels {
  @Override
  public void toRgb(short[] y, short[] cb, short[] cr, int n, byte[] out, int at) {
    for (int i = 0, p = at; i < n; i++, p += 3) {
      YccConversion.toRgb(y, cb, cr, i);
      out[p] = (byte) Math.clamp(y[i], 0, 255);
      out[p + 1] = (byte) Math.clamp(cb[i], 0, 255);
      out[p + 2] = (byte) Math.clamp(cr[i], 0, 255);
    }
  }

  @Override
  public void fromRgb(byte[] rgb, int from, int n, short[] y, short[] cb, short[] cr) {
    for (int i = 0, p = from; i < n; i++, p += 3) {
      int r = rgb[p] & 0xFF;
      int g = rgb[p + 1] & 0xFF;
      int b = rgb[p + 2] & 0xFF;
      y[i] = (short) YccConversion.luminance(r, g, b);
      cb[i] = (short) YccConversion.blueChrominance(r, g, b);
      cr[i] = (short) YccConversion.redChrominance(r, g, b);
    }
  }

  @Override
  public void meanOfFour(short[] above, short[] below, int n, short[] out, int at) {
    for (int x = 0; x < n; x++) {
      int sum = above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1];
      out[at + x] = (short) ((sum + 1 + (x & 1)) >> 2);
    }
  }
}
