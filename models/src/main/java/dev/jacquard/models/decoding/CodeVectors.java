package dev.jacquard.models.decoding;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// The vectors that tokens stand for, by which rules take one token for another: those of a
/// codebook, or of a table of embeddings. For one thread.
///
/// Distances are squared, in units of their mean over all pairs of tokens, so that bounds do not
/// depend on how a codebook is scaled.
public final class CodeVectors {
  /// How many neighbours of a token are known, as many as LANTERN's authors use at most.
  public static final int MOST_NEIGHBOURS = 1000;

  private final float[][] vectors;
  private final double mean;
  private final Map<Integer, int[]> nearest = new HashMap<>();

  /// Takes the vectors.
  ///
  /// @param vectors `[V][d]`, read only
  /// @throws IllegalArgumentException if there are not two different ones
  public CodeVectors(float[][] vectors) {
    this.vectors = vectors;
    int n = vectors.length;
    double squares = 0;
    double[] sum = new double[n == 0 ? 0 : vectors[0].length];
    for (float[] vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        squares += (double) vector[i] * vector[i];
        sum[i] += vector[i];
      }
    }
    double centre = Arrays.stream(sum).map(x -> x * x).sum();
    this.mean =
        2 * (n * squares - centre) / ((double) n * (n - 1)); // Σ|a-b|² = 2 (n Σ|a|² - |Σa|²)
    if (!(mean > 0)) {
      throw new IllegalArgumentException(
          "codes: no distances; %d vectors; need two that differ".formatted(n));
    }
  }

  /// How far two tokens are from each other.
  ///
  /// @param a a token
  /// @param b a token
  /// @return 0 for the same vector, 1 for a pair that is as far apart as the mean
  public double distance(int a, int b) {
    double sum = 0;
    for (int i = 0; i < vectors[a].length; i++) {
      double difference = (double) vectors[a][i] - vectors[b][i];
      sum += difference * difference;
    }
    return sum / mean;
  }

  /// The tokens that are nearest to one.
  ///
  /// @param token a token
  /// @return others, the nearest first, [#MOST_NEIGHBOURS] at most; of equals the first
  public int[] nearest(int token) {
    return nearest.computeIfAbsent(
        token,
        _ -> {
          double[] distances =
              IntStream.range(0, vectors.length).mapToDouble(v -> distance(token, v)).toArray();
          int[] others = IntStream.range(0, vectors.length).filter(v -> v != token).toArray();
          IntArrays.mergeSort(others, (a, b) -> Double.compare(distances[a], distances[b]));
          return Arrays.copyOf(others, Math.min(others.length, MOST_NEIGHBOURS));
        });
  }
}
