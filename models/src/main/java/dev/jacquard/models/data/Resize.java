package dev.jacquard.models.data;

import java.util.function.IntToDoubleFunction;

/// Antialiased bilinear resizing, columns first and then rows, each pass rounded to bytes.
///
/// Output sample i of n out of m sums the input under a triangle around `(i + 1/2) · m/n`:
///
/// `y(i) = Σ_j w(i, j) · x(j), w(i, j) ∝ max(0, 1 - |j + 1/2 - (i + 1/2) · m/n| / max(1, m/n))`
///
/// so enlarging is plain bilinear interpolation and reducing averages over all that is covered. The
/// weights are rounded to 22 fractional bits, as in Pillow's `BILINEAR`, which JPEG-LM uses.
final class Resize {
  private static final int FRACTION_BITS = 22;

  /* Works on sums of byte · weight: 8 + 22 bits and a sign, so int accumulators suffice. */

  /// For each output sample: the first input sample, how many, and their weights.
  private static final class Taps {
    final int[] first;
    final int[][] weights;

    Taps(int n) {
      first = new int[n];
      weights = new int[n][];
    }
  }

  private Resize() {}

  static Picture bilinear(Picture picture, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "resize: no such size; %dx%d; need at least 1x1".formatted(width, height));
    }
    Picture wide = width == picture.width() ? picture : resizeColumns(picture, width);
    return height == wide.height() ? wide : resizeRows(wide, height);
  }

  private static Picture resizeColumns(Picture picture, int width) {
    Taps taps = taps(picture.width(), width);
    int channels = picture.channels();
    byte[] out = new byte[picture.height() * width * channels];
    for (int y = 0, o = 0; y < picture.height(); y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++, o++) {
          int from = (y * picture.width() + taps.first[x]) * channels + c;
          out[o] = weightedSum(picture.samples(), from, channels, taps.weights[x]);
        }
      }
    }
    return new Picture(width, picture.height(), channels, out);
  }

  private static Picture resizeRows(Picture picture, int height) {
    Taps taps = taps(picture.height(), height);
    int stride = picture.width() * picture.channels();
    byte[] out = new byte[height * stride];
    for (int y = 0, o = 0; y < height; y++) {
      for (int x = 0; x < stride; x++, o++) {
        int from = taps.first[y] * stride + x;
        out[o] = weightedSum(picture.samples(), from, stride, taps.weights[y]);
      }
    }
    return new Picture(picture.width(), height, picture.channels(), out);
  }

  private static byte weightedSum(byte[] in, int from, int stride, int[] weights) {
    int sum = 1 << (FRACTION_BITS - 1); // rounds to nearest
    for (int j = 0, i = from; j < weights.length; j++, i += stride) {
      sum += (in[i] & 0xFF) * weights[j];
    }
    return (byte) Math.clamp(sum >> FRACTION_BITS, 0, 255);
  }

  private static Taps taps(int from, int to) {
    double scale = (double) from / to;
    double support = Math.max(1, scale); // half the triangle's foot
    Taps taps = new Taps(to);
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - support + 0.5));
      int high = Math.min(from, (int) (centre + support + 0.5)); // exclusive
      taps.first[i] = low;
      taps.weights[i] =
          normalised(high - low, j -> Math.max(0, 1 - Math.abs(low + j + 0.5 - centre) / support));
    }
    return taps;
  }

  private static int[] normalised(int n, IntToDoubleFunction weight) {
    double total = 0;
    for (int j = 0; j < n; j++) {
      total += weight.applyAsDouble(j);
    }
    int[] fixed = new int[n];
    for (int j = 0; j < n; j++) {
      fixed[j] = (int) (0.5 + weight.applyAsDouble(j) / total * (1 << FRACTION_BITS));
    }
    return fixed;
  }
}
