package dev.jacquard.jpeg.color;

/// RGB to YCbCr and back (T.871 clause 7, the colours of CCIR 601 in full range), in 16-bit fixed
/// point.
///
/// Every result equals that of the Independent JPEG Group's library, whose rounding is reproduced:
/// luminance rounds halves up; in chrominance the half is one unit short, so that no value reaches
/// 256.
public final class YccConversion {
  private static final int ONE_HALF = 1 << 15;
  private static final int CENTER = 128 << 16;

  // round(c · 2^16)
  private static final int Y_R = 19595; // 0.29900
  private static final int Y_G = 38470; // 0.58700
  private static final int Y_B = 7471; // 0.11400
  private static final int CB_R = 11059; // 0.16874
  private static final int CB_G = 21709; // 0.33126
  private static final int CR_G = 27439; // 0.41869
  private static final int CR_B = 5329; // 0.08131
  private static final int R_CR = 91881; // 1.40200
  private static final int G_CB = 22554; // 0.34414
  private static final int G_CR = 46802; // 0.71414
  private static final int B_CB = 116130; // 1.77200

  private YccConversion() {}

  /// Converts one pixel of 8 bits in place: red, green, blue become `y`, `cb`, `cr`.
  static void fromRgb(short[] red, short[] green, short[] blue, int x) {
    int r = red[x];
    int g = green[x];
    int b = blue[x];
    red[x] = (short) luminance(r, g, b);
    green[x] = (short) blueChrominance(r, g, b);
    blue[x] = (short) redChrominance(r, g, b);
  }

  static int luminance(int r, int g, int b) {
    return (Y_R * r + Y_G * g + Y_B * b + ONE_HALF) >> 16;
  }

  static int blueChrominance(int r, int g, int b) {
    return (-CB_R * r - CB_G * g + ONE_HALF * b + CENTER + ONE_HALF - 1) >> 16;
  }

  static int redChrominance(int r, int g, int b) {
    return (ONE_HALF * r - CR_G * g - CR_B * b + CENTER + ONE_HALF - 1) >> 16;
  }

  /// Converts one pixel of 8 bits.
  ///
  /// @param u `cb - 128`
  /// @param v `cr - 128`
  /// @param out receives red, green, blue from `at` on
  static void toRgb(int luma, int u, int v, byte[] out, int at) {
    out[at] = (byte) Math.clamp(luma + ((R_CR * v + ONE_HALF) >> 16), 0, 255);
    out[at + 1] = (byte) Math.clamp(luma + ((-G_CB * u - G_CR * v + ONE_HALF) >> 16), 0, 255);
    out[at + 2] = (byte) Math.clamp(luma + ((B_CB * u + ONE_HALF) >> 16), 0, 255);
  }

  /// Converts one row of three full-resolution components in place: `y`, `cb`, `cr` become red,
  /// green, blue.
  ///
  /// @param y at least `n` samples
  /// @param cb at least `n` samples
  /// @param cr at least `n` samples
  /// @param n number of pixels
  /// @param precision bits of a sample, 8..16
  public static void toRgb(short[] y, short[] cb, short[] cr, int n, int precision) {
    int center = 1 << (precision - 1);
    int max = (1 << precision) - 1;
    for (int i = 0; i < n; i++) {
      int luma = y[i] & 0xFFFF;
      int u = (cb[i] & 0xFFFF) - center;
      int v = (cr[i] & 0xFFFF) - center;
      long red = ((long) R_CR * v + ONE_HALF) >> 16;
      y[i] = (short) Math.clamp(luma + red, 0, max);
      long green = (-(long) G_CB * u - (long) G_CR * v + ONE_HALF) >> 16;
      cb[i] = (short) Math.clamp(luma + green, 0, max);
      long blue = ((long) B_CB * u + ONE_HALF) >> 16;
      cr[i] = (short) Math.clamp(luma + blue, 0, max);
    }
  }
}
