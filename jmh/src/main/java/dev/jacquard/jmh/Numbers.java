package dev.jacquard.jmh;

import dev.jacquard.tensor.random.RandomStream;

/// The numbers that benchmarks and their peers compute with, and the check of what comes out.
public final class Numbers {
  private Numbers() {}

  /// The same numbers for the same seed.
  ///
  /// @param seed any
  /// @param count how many
  /// @return uniform on `[-0.5, 0.5)`
  public static float[] uniform(long seed, int count) {
    RandomStream random = RandomStream.of(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.uniform(i) - 0.5f;
    }
    return values;
  }

  /// A dot product in f64, as the check of one element of a matrix product.
  ///
  /// @param a holds a row or column from `aFrom` on, `aStep` apart
  /// @param b holds the other likewise
  /// @param count how many products
  /// @return their sum
  public static double dot(
      float[] a, int aFrom, int aStep, float[] b, int bFrom, int bStep, int count) {
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += (double) a[aFrom + k * aStep] * b[bFrom + k * bStep];
    }
    return sum;
  }

  /// Stops a benchmark that would measure something wrong.
  ///
  /// @param what names the value
  /// @param actual what was computed
  /// @param expected what a plain loop says
  /// @param tolerance largest difference allowed
  /// @throws AssertionError if they differ by more, or one is NaN
  public static void requireClose(String what, double actual, double expected, double tolerance) {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      throw new AssertionError(
          "%s: %s is wrong; need %s within %s".formatted(what, actual, expected, tolerance));
    }
  }
}
