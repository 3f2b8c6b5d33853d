package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.random.RandomStream;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/// Test data and derivatives, in f64. All data are values of f32, so that converting them loses
/// nothing.
public final class Numbers {
  /// Seed of all data of the suite; each name has a stream of its own.
  public static final long SEED = 20260101;

  private static final double STEP = 3e-5; // error of the central difference: about 1e-9

  private Numbers() {}

  /// Normally distributed numbers.
  ///
  /// @param name chooses the numbers
  /// @param count how many
  /// @return values of f32
  public static double[] normal(String name, long count) {
    RandomStream stream = RandomStream.of(SEED).split(name);
    double[] values = new double[Math.toIntExact(count)];
    Arrays.setAll(values, stream::normal);
    return values;
  }

  /// Normally distributed numbers times a factor.
  ///
  /// @param name chooses the numbers
  /// @param count how many
  /// @param factor standard deviation
  /// @return values of f32
  public static double[] normal(String name, long count, double factor) {
    return map(normal(name, count), factor);
  }

  /// Whole numbers.
  ///
  /// @param name chooses the numbers
  /// @param count how many
  /// @param bound one more than the largest
  /// @return numbers in `[0, bound)`
  public static int[] below(String name, long count, int bound) {
    RandomStream stream = RandomStream.of(SEED).split(name);
    int[] values = new int[Math.toIntExact(count)];
    Arrays.setAll(values, i -> stream.below(i, bound));
    return values;
  }

  /// The numbers as a kernel sees them.
  ///
  /// @param values any numbers
  /// @return rounded to f32
  public static double[] round(double... values) {
    double[] rounded = new double[values.length];
    Arrays.setAll(rounded, i -> (float) values[i]);
    return rounded;
  }

  /// `Σ a·b`.
  ///
  /// @param a numbers
  /// @param b as many
  /// @return the sum
  public static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// `∂f / ∂x[i]` by the central difference.
  ///
  /// @param f a smooth function
  /// @param x where; unchanged afterwards
  /// @param i by which element
  /// @return the derivative
  public static double derivative(ToDoubleFunction<double[]> f, double[] x, int i) {
    double original = x[i];
    x[i] = original + STEP;
    double above = f.applyAsDouble(x);
    x[i] = original - STEP;
    double below = f.applyAsDouble(x);
    x[i] = original;
    return (above - below) / (2 * STEP);
  }

  private static double[] map(double[] values, double factor) {
    double[] scaled = new double[values.length];
    Arrays.setAll(scaled, i -> (float) (values[i] * factor));
    return scaled;
  }
}
