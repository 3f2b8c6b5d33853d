package dev.jacquard.jpeg.color;

/// Reduces a full-resolution plane to the resolution of its component and pads it to whole blocks.
///
/// Every output sample is the mean of `hExpand x vExpand` input samples. Where the picture ends
/// inside a block, its last column and row are repeated (T.81 A.2.4 leaves the choice to the
/// encoder).
public final class Downsampler {
  /* Rounding is that of the Independent JPEG Group's library. For 2x1 and 2x2 a fixed bias would
   * drift, so it alternates along the row: 0, 1, 0, 1 (of 2) and 1, 2, 1, 2 (of 4). Other ratios
   * round to nearest, halves up. Padding to the right happens before the mean is taken; padding
   * below happens before it up to a whole group of vExpand rows, after it from there on. */

  private Downsampler() {}

  /// Reduces and pads a plane.
  ///
  /// @param kernels for whole rows
  /// @param in the plane at full resolution
  /// @param hExpand input samples per output sample horizontally, 1..4
  /// @param vExpand the same vertically, 1..4
  /// @param to receives the result; its width and height are those of whole blocks; may be `in` if
  ///   nothing is reduced, and is filled up only
  public static void reduce(
      RowKernels kernels, SamplePlane in, int hExpand, int vExpand, SamplePlane to) {
    int width = to.width();
    short[] out = to.samples();
    int groups = Math.min(to.height(), Math.ceilDiv(in.height(), vExpand));
    boolean copies = hExpand == 1 && vExpand == 1 && in.samples() == out;
    if (!copies && hExpand == 2 && vExpand == 2 && in.width() == 2 * width) {
      for (int group = 0; group < groups; group++) {
        int above = in.offset(2 * group);
        int below = in.offset(Math.min(2 * group + 1, in.height() - 1));
        kernels.meanOfFour(in.samples(), above, below, width, out, to.offset(group));
      }
    } else if (!copies) {
      reduceSlowly(in, hExpand, vExpand, groups, to);
    }
    for (int row = groups; row < to.height(); row++) {
      System.arraycopy(out, to.offset(groups - 1), out, to.offset(row), width);
    }
  }

  private static void reduceSlowly(
      SamplePlane in, int hExpand, int vExpand, int groups, SamplePlane to) {
    int[] sums = new int[to.width() * hExpand];
    for (int group = 0; group < groups; group++) {
      sumRows(in, group * vExpand, vExpand, sums);
      if (hExpand == 2 && vExpand <= 2) {
        meanOfPairs(sums, vExpand, to.samples(), to.offset(group), to.width());
      } else {
        mean(sums, hExpand, hExpand * vExpand, to.samples(), to.offset(group), to.width());
      }
    }
  }

  /// Adds up the rows of a group; columns past the right edge repeat the last one.
  private static void sumRows(SamplePlane in, int firstRow, int rows, int[] sums) {
    short[] samples = in.samples();
    int inside = Math.min(in.width(), sums.length);
    for (int i = 0; i < rows; i++) {
      int at = Math.min(firstRow + i, in.height() - 1) * in.stride();
      for (int x = 0; x < inside; x++) {
        int sample = samples[at + x];
        sums[x] = i == 0 ? sample : sums[x] + sample;
      }
    }
    for (int x = inside; x < sums.length; x++) {
      sums[x] = sums[inside - 1];
    }
  }

  private static void meanOfPairs(int[] sums, int rows, short[] out, int at, int outWidth) {
    int bias = rows - 1;
    for (int x = 0; x < outWidth; x++) {
      out[at + x] = (short) ((sums[2 * x] + sums[2 * x + 1] + bias + (x & 1)) >> rows);
    }
  }

  private static void mean(int[] sums, int columns, int n, short[] out, int at, int outWidth) {
    for (int x = 0; x < outWidth; x++) {
      int sum = n / 2;
      for (int i = 0; i < columns; i++) {
        sum += sums[columns * x + i];
      }
      out[at + x] = (short) (sum / n);
    }
  }
}
