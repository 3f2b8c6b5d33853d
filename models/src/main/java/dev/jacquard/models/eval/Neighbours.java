package dev.jacquard.models.eval;

import java.util.Arrays;

/// Distances among features: manifolds by nearest neighbours, and copies.
public final class Neighbours {
  private static final int K = 3;

  private Neighbours() {}

  /// How much of one cloud lies within another: a feature does if some ball around one of the
  /// other's holds it; a ball reaches to its centre's third neighbour in its own cloud.
  ///
  /// Kynkäänniemi et al. 2019 (arXiv:1904.06991), eq. 1 and 2. With `inside` the drawn pictures and
  /// `around` the real ones this is precision, the other way round recall.
  ///
  /// @param inside features to place
  /// @param around features with balls, at least 4
  /// @return in `[0, 1]`
  public static double coverage(double[][] inside, double[][] around) {
    if (inside.length < 1 || around.length <= K) {
      throw new IllegalArgumentException(
          "precision and recall: %d and %d pictures; need at least 1 and %d"
              .formatted(inside.length, around.length, K + 1));
    }
    double[] radii = new double[around.length];
    for (int i = 0; i < around.length; i++) {
      double[] distances = new double[around.length];
      for (int j = 0; j < around.length; j++) {
        distances[j] = squared(around[i], around[j]);
      }
      Arrays.sort(distances);
      radii[i] = distances[K]; // the first is the centre itself
    }
    int held = 0;
    for (double[] x : inside) {
      boolean isHeld = false;
      for (int i = 0; i < around.length && !isHeld; i++) {
        isHeld = squared(x, around[i]) <= radii[i];
      }
      held += isHeld ? 1 : 0;
    }
    return (double) held / inside.length;
  }

  /// The nearest feature of another cloud, for each: copies of training pictures lie at distance 0.
  ///
  /// @param from features
  /// @param to where to look, at least one
  /// @return distance to the nearest for each of `from`
  public static double[] nearestDistances(double[][] from, double[][] to) {
    double[] nearest = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (double[] y : to) {
        least = Math.min(least, squared(from[i], y));
      }
      nearest[i] = Math.sqrt(least);
    }
    return nearest;
  }

  /// Share of features nearer to a cloud than the cloud's own are to each other: those below the
  /// given percentile of distances between a feature of the cloud and its nearest other.
  ///
  /// @param from features of drawn pictures
  /// @param training features of the training set, at least two
  /// @param percentile in `[0, 100]`, for example 1
  /// @return in `[0, 1]`; much above `percentile / 100` means copying
  public static double duplicates(double[][] from, double[][] training, double percentile) {
    double[] own = new double[training.length];
    for (int i = 0; i < training.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < training.length; j++) {
        least = i == j ? least : Math.min(least, squared(training[i], training[j]));
      }
      own[i] = Math.sqrt(least);
    }
    Arrays.sort(own);
    double threshold = own[(int) Math.floor(percentile / 100 * (own.length - 1))];
    return Arrays.stream(nearestDistances(from, training)).filter(d -> d <= threshold).count()
        / (double) from.length;
  }

  private static double squared(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double d = x[i] - y[i];
      sum += d * d;
    }
    return sum;
  }
}
