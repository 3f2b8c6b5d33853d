package dev.jacquard.models.eval;

/// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations in f64.
///
/// Each rotation makes one pair of elements 0; after some sweeps over all pairs what is left beside
/// the diagonal is rounding. Golub & Van Loan, "Matrix Computations", section 8.5. Costs about 10
/// n³ operations a sweep, so it is for some hundreds of rows.
final class SymmetricEigen {
  private static final int MOST_SWEEPS = 60;

  private final double[] values;
  private final double[][] vectors; // columns

  /// @param matrix symmetric; left as it is
  SymmetricEigen(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][];
    vectors = new double[n][n];
    double scale = 0;
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
      vectors[i][i] = 1;
      for (double x : a[i]) {
        scale += x * x;
      }
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a) > 1e-30 * scale; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, p, q);
        }
      }
    }
    values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = a[i][i];
    }
  }

  private static double offDiagonal(double[][] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += 2 * a[i][j] * a[i][j];
      }
    }
    return sum;
  }

  private void rotate(double[][] a, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(1, theta));
    double c = 1 / Math.hypot(1, t);
    double s = t * c;
    for (double[] row : a) {
      turn(row, p, q, c, s);
    }
    double[] rowP = a[p];
    double[] rowQ = a[q];
    for (int k = 0; k < rowP.length; k++) {
      double x = rowP[k];
      double y = rowQ[k];
      rowP[k] = c * x - s * y;
      rowQ[k] = s * x + c * y;
    }
    for (double[] row : vectors) {
      turn(row, p, q, c, s);
    }
  }

  private static void turn(double[] row, int p, int q, double c, double s) {
    double x = row[p];
    double y = row[q];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }

  /// In no order.
  double[] values() {
    return values;
  }

  /// The symmetric root of a matrix without negative eigenvalues; those below 0 count as 0.
  double[][] squareRoot() {
    int n = values.length;
    double[][] root = new double[n][n];
    for (int k = 0; k < n; k++) {
      double r = Math.sqrt(Math.max(0, values[k]));
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          root[i][j] += r * vectors[i][k] * vectors[j][k];
        }
      }
    }
    return root;
  }
}
