package dev.jacquard.tensor.conformance;

import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/// Comparison with expected values: `|actual - expected| <= atol + rtol · |expected|`. NaN equals
/// NaN, and an infinity itself.
public final class Expect {
  /// Tolerance of f32 kernels where no reason for another is given.
  public static final double TOLERANCE = 1e-5;

  private static final int SAMPLES = 40;

  private Expect() {}

  /// Compares with [#TOLERANCE], both absolute and relative.
  ///
  /// @param what named on failure: kernel, sizes, layout
  /// @param actual what the kernel gave
  /// @param expected what the test computed
  public static void close(String what, float[] actual, double[] expected) {
    close(what, actual, expected, TOLERANCE, TOLERANCE);
  }

  /// Compares all elements.
  ///
  /// @param what named on failure: kernel, sizes, layout
  /// @param actual what the kernel gave
  /// @param expected what the test computed
  /// @param rtol relative tolerance
  /// @param atol absolute tolerance
  public static void close(
      String what, float[] actual, double[] expected, double rtol, double atol) {
    if (actual.length != expected.length) {
      fail("%s: %d elements instead of %d", what, actual.length, expected.length);
    }
    int wrong = 0;
    int first = -1;
    for (int i = actual.length - 1; i >= 0; i--) {
      if (!isClose(actual[i], expected[i], rtol, atol)) {
        wrong++;
        first = i;
      }
    }
    if (wrong > 0) {
      fail(
          "%s: %d of %d elements off; the first at %d: %s instead of %s; tolerance %s + %s · |x|;"
              + " seed %d",
          what,
          wrong,
          actual.length,
          first,
          actual[first],
          expected[first],
          atol,
          rtol,
          Numbers.SEED);
    }
  }

  /// Compares a gradient with central differences, at most 40 elements of it: the first, the last
  /// and some spread between.
  ///
  /// @param what named on failure: kernel, sizes, layout
  /// @param actual gradient that the kernel gave
  /// @param x where the gradient was taken
  /// @param f the function in f64: `x` to `Σ dy · y`
  /// @param tolerance absolute and relative
  public static void gradient(
      String what, float[] actual, double[] x, ToDoubleFunction<double[]> f, double tolerance) {
    gradient(what, actual, differences(x, f), tolerance);
  }

  /// Central differences by some elements, for several comparisons.
  ///
  /// @param x where to take the gradient; unchanged afterwards
  /// @param f the function in f64: `x` to `Σ dy · y`
  /// @return NaN where no difference was taken
  public static double[] differences(double[] x, ToDoubleFunction<double[]> f) {
    double[] differences = new double[x.length];
    Arrays.fill(differences, Double.NaN);
    int samples = Math.min(SAMPLES, x.length);
    for (int s = 0; s < samples; s++) {
      int i = samples == 1 ? 0 : (int) ((long) s * (x.length - 1) / (samples - 1));
      differences[i] = Numbers.derivative(f, x, i);
    }
    return differences;
  }

  /// Compares a gradient with the result of [#differences].
  ///
  /// @param what named on failure: kernel, sizes, layout
  /// @param actual gradient that the kernel gave
  /// @param differences NaN where nothing is to be compared
  /// @param tolerance absolute and relative
  public static void gradient(String what, float[] actual, double[] differences, double tolerance) {
    if (actual.length != differences.length) {
      fail("%s: gradient of %d elements instead of %d", what, actual.length, differences.length);
    }
    for (int i = 0; i < actual.length; i++) {
      if (!Double.isNaN(differences[i])
          && !isClose(actual[i], differences[i], tolerance, tolerance)) {
        fail(
            "%s: gradient %d of %d is %s; central difference %s; tolerance %s; seed %d",
            what, i, actual.length, actual[i], differences[i], tolerance, Numbers.SEED);
      }
    }
  }

  private static boolean isClose(double actual, double expected, double rtol, double atol) {
    if (Double.isNaN(expected)) {
      return Double.isNaN(actual);
    }
    if (Double.isInfinite(expected) || Double.isInfinite(actual)) {
      return actual == (float) expected;
    }
    return Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
  }
}
