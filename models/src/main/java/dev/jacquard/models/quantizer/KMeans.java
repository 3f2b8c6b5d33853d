package dev.jacquard.models.quantizer;

import dev.jacquard.tensor.random.RandomStream;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.doubles.DoubleList;
import java.util.Arrays;

/// Clusters of points: each point belongs to the nearest centre, each centre is its points' mean.
///
/// Starts by k-means++ (Arthur & Vassilvitskii 2007): each next centre is a point drawn with a
/// probability proportional to its squared distance from the centres so far.
public final class KMeans {
  private final float[] centres;
  private final int[] assignment;
  private final DoubleList inertia;

  private KMeans(float[] centres, int[] assignment, DoubleList inertia) {
    this.centres = centres;
    this.assignment = assignment;
    this.inertia = inertia;
  }

  /// The centres.
  ///
  /// @return `[K, d]`, row-major; not a copy
  public float[] centres() {
    return centres;
  }

  /// The cluster of each point.
  ///
  /// @return `[N]`; not a copy
  public int[] assignment() {
    return assignment;
  }

  /// Sum of squared distances after each iteration, never growing in [#fit].
  ///
  /// @return one number for each iteration, or the last one only
  public DoubleList inertia() {
    return inertia;
  }

  /// Lloyd's algorithm: all points in each iteration, until nothing changes.
  ///
  /// A cluster that loses all its points takes the point farthest from its own centre.
  ///
  /// @param points `[N, d]`, row-major, at least one
  /// @param dim `d`
  /// @param clusters `K`
  /// @param iterations most iterations
  /// @param random decides the start
  /// @return the clusters
  public static KMeans fit(
      float[] points, int dim, int clusters, int iterations, RandomStream random) {
    float[] centres = start(points, dim, clusters, random);
    int n = points.length / dim;
    int[] assignment = new int[n];
    double[] distances = new double[n];
    DoubleList inertia = new DoubleArrayList();
    for (int i = 0; i < iterations; i++) {
      int[] before = assignment.clone();
      inertia.add(assign(points, dim, centres, assignment, distances));
      if (i > 0 && Arrays.equals(before, assignment)) {
        break;
      }
      moveToMeans(points, dim, centres, assignment, distances);
    }
    inertia.add(assign(points, dim, centres, assignment, distances));
    return new KMeans(centres, assignment, inertia);
  }

  /// The same from small samples: a centre moves towards each point that it gets by `1 / (points it
  /// has had)`. Sculley 2010, "Web-scale k-means clustering", algorithm 1.
  ///
  /// @param points `[N, d]`, row-major, at least one
  /// @param dim `d`
  /// @param clusters `K`
  /// @param iterations number of samples
  /// @param batch points of a sample
  /// @param random decides the start and the samples
  /// @return the clusters; their inertia is the last one only
  public static KMeans miniBatch(
      float[] points, int dim, int clusters, int iterations, int batch, RandomStream random) {
    float[] centres = start(points, dim, clusters, random);
    int n = points.length / dim;
    long[] seen = new long[clusters];
    RandomStream samples = random.split("samples");
    for (long i = 0; i < (long) iterations * batch; i++) {
      int point = samples.below(i, n);
      int k = nearest(points, point * dim, dim, centres);
      float rate = 1f / ++seen[k];
      for (int c = 0; c < dim; c++) {
        centres[k * dim + c] += rate * (points[point * dim + c] - centres[k * dim + c]);
      }
    }
    int[] assignment = new int[n];
    double last = assign(points, dim, centres, assignment, new double[n]);
    return new KMeans(centres, assignment, DoubleList.of(last));
  }

  private static float[] start(float[] points, int dim, int clusters, RandomStream random) {
    int n = points.length / dim;
    float[] centres = new float[clusters * dim];
    double[] distances = new double[n];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    int chosen = random.below(0, n);
    for (int k = 0; k < clusters; k++) {
      System.arraycopy(points, chosen * dim, centres, k * dim, dim);
      double total = 0;
      for (int i = 0; i < n; i++) {
        distances[i] = Math.min(distances[i], distance(points, i * dim, centres, k * dim, dim));
        total += distances[i];
      }
      chosen = draw(distances, total * random.uniformDouble(k + 1L));
    }
    return centres;
  }

  /// The first index up to which the weights exceed a threshold.
  private static int draw(double[] weights, double threshold) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      if (sum > threshold) {
        return i;
      }
    }
    return weights.length - 1;
  }

  private static double assign(
      float[] points, int dim, float[] centres, int[] assignment, double[] distances) {
    double inertia = 0;
    for (int i = 0; i < assignment.length; i++) {
      assignment[i] = nearest(points, i * dim, dim, centres);
      distances[i] = distance(points, i * dim, centres, assignment[i] * dim, dim);
      inertia += distances[i];
    }
    return inertia;
  }

  private static void moveToMeans(
      float[] points, int dim, float[] centres, int[] assignment, double[] distances) {
    double[] sums = new double[centres.length];
    int[] counts = new int[centres.length / dim];
    for (int i = 0; i < assignment.length; i++) {
      counts[assignment[i]]++;
      for (int c = 0; c < dim; c++) {
        sums[assignment[i] * dim + c] += points[i * dim + c];
      }
    }
    for (int k = 0; k < counts.length; k++) {
      if (counts[k] == 0) {
        int farthest = farthest(distances);
        distances[farthest] = 0; // taken
        System.arraycopy(points, farthest * dim, centres, k * dim, dim);
      } else {
        for (int c = 0; c < dim; c++) {
          centres[k * dim + c] = (float) (sums[k * dim + c] / counts[k]);
        }
      }
    }
  }

  private static int farthest(double[] distances) {
    int best = 0;
    for (int i = 1; i < distances.length; i++) {
      best = distances[i] > distances[best] ? i : best;
    }
    return best;
  }

  private static int nearest(float[] points, int from, int dim, float[] centres) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < centres.length / dim; k++) {
      double d = distance(points, from, centres, k * dim, dim);
      if (d < least) {
        least = d;
        best = k;
      }
    }
    return best;
  }

  private static double distance(float[] a, int fromA, float[] b, int fromB, int dim) {
    double sum = 0;
    for (int c = 0; c < dim; c++) {
      double d = (double) a[fromA + c] - b[fromB + c];
      sum += d * d;
    }
    return sum;
  }
}
