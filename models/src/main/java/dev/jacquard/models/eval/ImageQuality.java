package dev.jacquard.models.eval;

import dev.jacquard.models.data.Picture;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/// How near a reconstruction comes to its original, sample by sample: 8-bit samples, so a range of
/// 255.
public final class ImageQuality {
  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;
  private static final double C1 = 0.01 * 255 * 0.01 * 255;
  private static final double C2 = 0.03 * 255 * 0.03 * 255;
  private static final double[] KERNEL = kernel();

  private ImageQuality() {}

  /// Peak signal-to-noise ratio, `10 log10(255² / MSE)`.
  ///
  /// @param a a picture
  /// @param b another of its size
  /// @return decibels; infinite for equal pictures
  public static double psnr(Picture a, Picture b) {
    requireSame(a, b);
    double sum = 0;
    for (int i = 0; i < a.samples().length; i++) {
      double d = (a.samples()[i] & 0xFF) - (b.samples()[i] & 0xFF);
      sum += d * d;
    }
    return 10 * Math.log10(255.0 * 255.0 * a.samples().length / sum);
  }

  /// Structural similarity: the mean over channels and over all windows that lie within the
  /// picture, 11x11, Gaussian with deviation 1.5.
  ///
  /// ```text
  /// (2 μa μb + C1) (2 σab + C2) / ((μa² + μb² + C1) (σa² + σb² + C2))
  /// ```
  ///
  /// Wang et al. 2004, "Image Quality Assessment: From Error Visibility to Structural Similarity",
  /// eq. 13, K1 0.01, K2 0.03.
  ///
  /// @param a a picture, at least 11x11
  /// @param b another of its size
  /// @return 1 for equal pictures
  /// @throws IllegalArgumentException if they are smaller or of different sizes
  public static double ssim(Picture a, Picture b) {
    requireSame(a, b);
    if (a.width() < WINDOW || a.height() < WINDOW) {
      throw new IllegalArgumentException(
          "ssim: picture of %dx%d; need at least 11x11".formatted(a.width(), a.height()));
    }
    double sum = 0;
    for (int c = 0; c < a.channels(); c++) {
      for (int y = 0; y + WINDOW <= a.height(); y++) {
        for (int x = 0; x + WINDOW <= a.width(); x++) {
          sum += window(a, b, x, y, c);
        }
      }
    }
    int windows = (a.width() - WINDOW + 1) * (a.height() - WINDOW + 1);
    return sum / windows / a.channels();
  }

  private static double window(Picture a, Picture b, int x0, int y0, int c) {
    double ma = 0;
    double mb = 0;
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int i = 0; i < KERNEL.length; i++) {
      int x = x0 + i % WINDOW;
      int y = y0 + i / WINDOW;
      double w = KERNEL[i];
      double p = a.sample(x, y, c);
      double q = b.sample(x, y, c);
      ma += w * p;
      mb += w * q;
      aa += w * p * p;
      bb += w * q * q;
      ab += w * p * q;
    }
    double va = aa - ma * ma;
    double vb = bb - mb * mb;
    double cov = ab - ma * mb;
    return (2 * ma * mb + C1) * (2 * cov + C2) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
  }

  private static double[] kernel() {
    double[] kernel = new double[WINDOW * WINDOW];
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      int dx = i % WINDOW - WINDOW / 2;
      int dy = i / WINDOW - WINDOW / 2;
      kernel[i] = Math.exp(-(dx * dx + dy * dy) / (2 * SIGMA * SIGMA));
      sum += kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  /// Mean of [#psnr] over pairs of pictures.
  ///
  /// @param a pictures
  /// @param b as many, in the same order
  /// @return decibels
  public static double meanPsnr(List<Picture> a, List<Picture> b) {
    return mean(a, b, ImageQuality::psnr);
  }

  /// Mean of [#ssim] over pairs of pictures.
  ///
  /// @param a pictures
  /// @param b as many, in the same order
  /// @return at most 1
  public static double meanSsim(List<Picture> a, List<Picture> b) {
    return mean(a, b, ImageQuality::ssim);
  }

  private static double mean(
      List<Picture> a, List<Picture> b, ToDoubleBiFunction<Picture, Picture> metric) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += metric.applyAsDouble(a.get(i), b.get(i));
    }
    return sum / a.size();
  }

  private static void requireSame(Picture a, Picture b) {
    if (a.width() != b.width() || a.height() != b.height() || a.channels() != b.channels()) {
      throw new IllegalArgumentException(
          "image quality: sizes differ; %s and %s; need equal ones".formatted(a, b));
    }
  }
}
