package dev.jacquard.jpeg.color;

/// Plain loops; what they do is what [VectorRowKernels] must do.
final class PlainRowKernels implements RowKernels {
  @Override
  public void toRgb(short[] y, int yAt, short[] cb, short[] cr, int n, byte[] out, int at) {
    for (int i = 0; i < n; i++) {
      YccConversion.toRgb(y[yAt + i], cb[i] - 128, cr[i] - 128, out, at + 3 * i);
    }
  }

  @Override
  public void fromRgb(byte[] rgb, int from, int n, short[] y, short[] cb, short[] cr, int at) {
    for (int i = at, p = from; i < at + n; i++, p += 3) {
      y[i] = (short) (rgb[p] & 0xFF);
      cb[i] = (short) (rgb[p + 1] & 0xFF);
      cr[i] = (short) (rgb[p + 2] & 0xFF);
      YccConversion.fromRgb(y, cb, cr, i);
    }
  }

  @Override
  public void meanOfFour(short[] samples, int above, int below, int n, short[] out, int at) {
    for (int x = 0; x < n; x++) {
      int a = above + 2 * x;
      int b = below + 2 * x;
      int sum = samples[a] + samples[a + 1] + samples[b] + samples[b + 1];
      out[at + x] = (short) ((sum + 1 + (x & 1)) >> 2);
    }
  }
}
