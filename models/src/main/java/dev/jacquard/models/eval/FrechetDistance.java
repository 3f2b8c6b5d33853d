package dev.jacquard.models.eval;

/// The distance of two clouds of features, each taken for a normal distribution:
///
/// ```text
/// |m₁ - m₂|² + tr(S₁ + S₂ - 2 (S₁^½ S₂ S₁^½)^½)
/// ```
///
/// Dowson & Landau 1982; Heusel et al. 2017 (arXiv:1706.08500), eq. 6, with the symmetric form of
/// the root. Called FID only with the network that name stands for. Small samples make it too
/// large, by about the same amount for equal sizes.
public final class FrechetDistance {
  private FrechetDistance() {}

  /// Compares two clouds.
  ///
  /// @param a at least two features
  /// @param b at least two features of the same width
  /// @return at least 0, up to rounding
  public static double of(double[][] a, double[][] b) {
    require(a);
    require(b);
    double[] meanA = mean(a);
    double[] meanB = mean(b);
    double[][] sA = covariance(a, meanA);
    double[][] sB = covariance(b, meanB);
    double[][] root = new SymmetricEigen(sA).squareRoot();
    double[][] middle = product(product(root, sB), root);
    double distance = 0;
    for (int i = 0; i < meanA.length; i++) {
      double d = meanA[i] - meanB[i];
      distance += d * d + sA[i][i] + sB[i][i];
      for (int j = 0; j < i; j++) { // rounding leaves it a little off symmetry
        double mean = (middle[i][j] + middle[j][i]) / 2;
        middle[i][j] = mean;
        middle[j][i] = mean;
      }
    }
    for (double value : new SymmetricEigen(middle).values()) {
      distance -= 2 * Math.sqrt(Math.max(0, value));
    }
    return distance;
  }

  private static void require(double[][] features) {
    if (features.length < 2) {
      throw new IllegalArgumentException(
          "Fréchet distance: no covariance of %d pictures; need at least 2"
              .formatted(features.length));
    }
  }

  private static double[] mean(double[][] x) {
    double[] mean = new double[x[0].length];
    for (double[] row : x) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / x.length;
      }
    }
    return mean;
  }

  /// With divisor `n - 1`.
  private static double[][] covariance(double[][] x, double[] mean) {
    int d = mean.length;
    double[][] s = new double[d][d];
    for (double[] row : x) {
      for (int i = 0; i < d; i++) {
        double di = (row[i] - mean[i]) / (x.length - 1);
        for (int j = 0; j < d; j++) {
          s[i][j] += di * (row[j] - mean[j]);
        }
      }
    }
    return s;
  }

  private static double[][] product(double[][] a, double[][] b) {
    int n = a.length;
    double[][] c = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        for (int j = 0; j < n; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }
}
