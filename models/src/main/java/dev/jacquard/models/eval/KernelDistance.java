package dev.jacquard.models.eval;

/// The squared maximum mean discrepancy of two clouds of features under `k(x, y) = (x · y / d +
/// 1)³`, without bias for any size: it may be below 0 for equal distributions.
///
/// Bińkowski et al. 2018 (arXiv:1801.01401), section 3; called KID only with the network that name
/// stands for.
public final class KernelDistance {
  private KernelDistance() {}

  /// Compares two clouds.
  ///
  /// @param a at least two features
  /// @param b at least two features of the same width
  /// @return about 0 for equal distributions
  public static double of(double[][] a, double[][] b) {
    if (a.length < 2 || b.length < 2) {
      throw new IllegalArgumentException(
          "kernel distance: %d and %d pictures; need at least 2 each"
              .formatted(a.length, b.length));
    }
    double cross = 0;
    for (double[] x : a) {
      for (double[] y : b) {
        cross += kernel(x, y);
      }
    }
    return within(a) + within(b) - 2 * cross / ((double) a.length * b.length);
  }

  /// Mean over all pairs of different features.
  private static double within(double[][] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += 2 * kernel(x[i], x[j]);
      }
    }
    return sum / ((double) x.length * (x.length - 1));
  }

  private static double kernel(double[] x, double[] y) {
    double dot = 0;
    for (int i = 0; i < x.length; i++) {
      dot += x[i] * y[i];
    }
    double base = dot / x.length + 1;
    return base * base * base;
  }
}
