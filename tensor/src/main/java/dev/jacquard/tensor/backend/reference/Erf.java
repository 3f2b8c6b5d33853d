package dev.jacquard.tensor.backend.reference;

/// The error function in f64, which [Math] lacks.
final class Erf {
  /* For |x| < 3 the series erf x = 2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5···(2n+1)) (Abramowitz & Stegun 1964, 7.1.6), whose
   * terms are all positive; beyond, the continued fraction erfc x = exp(-x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + ...))))
   * (ibid. 7.1.14). */

  private static final double SERIES_BELOW = 3;
  private static final int FRACTION_DEPTH = 60;

  private Erf() {}

  /// `2/√π ∫₀ˣ exp(-t²) dt`.
  static double erf(double x) {
    double size = Math.abs(x);
    return size < SERIES_BELOW ? series(x) : Math.copySign(1 - fraction(size), x);
  }

  /// `1 - erf x`, without cancellation for large `x`.
  static double erfc(double x) {
    if (x >= SERIES_BELOW) {
      return fraction(x);
    }
    return x <= -SERIES_BELOW ? 2 - fraction(-x) : 1 - series(x);
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  private static double fraction(double x) {
    double denominator = x;
    for (int n = FRACTION_DEPTH; n > 0; n--) {
      denominator = x + 0.5 * n / denominator;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / denominator;
  }
}
