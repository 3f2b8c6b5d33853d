package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.backend.ElementwiseKernels.Binary;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import java.util.Arrays;

/// The elementwise functions in f64, and where they are smooth.
public final class Functions {
  private Functions() {}

  /// `f(x)`.
  ///
  /// @param f the function
  /// @param x its argument
  /// @return its value
  public static double unary(Unary f, double x) {
    return switch (f) {
      case NEG -> -x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SILU -> x / (1 + Math.exp(-x));
      case RELU -> x < 0 ? 0 : x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
      case SQUARE -> x * x;
      case RECIPROCAL -> 1 / x;
      case RSQRT -> 1 / Math.sqrt(x);
      case LOG1P -> Math.log1p(x);
      case EXPM1 -> Math.expm1(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case ATANH -> (Math.log1p(x) - Math.log1p(-x)) / 2;
      case ERF -> Math.abs(x) < 2 ? errorSeries(x) : 1 - complementaryError(x);
      case GELU -> x * complementaryError(-x / Math.sqrt(2)) / 2;
      case GELU_TANH ->
          x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
    };
  }

  /// `f(a, b)`.
  ///
  /// @param f the function
  /// @param a first argument
  /// @param b second argument
  /// @return its value
  public static double binary(Binary f, double a, double b) {
    return switch (f) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case POW -> Math.pow(a, b);
      case ATAN2 -> Math.atan2(a, b);
      case GREATER -> a > b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
    };
  }

  /// Moves arguments to where a function is defined and smooth.
  ///
  /// @param f the function
  /// @param x any numbers
  /// @return values of f32, at least 0.1 away from kinks, jumps and poles
  public static double[] domain(Unary f, double[] x) {
    double[] inside = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double away = Math.abs(x[i]) < 0.25 ? x[i] + 0.5 : x[i];
      inside[i] =
          switch (f) {
            case LOG, SQRT, RSQRT, LOG1P -> Math.abs(away);
            case ATANH -> 0.9 * Math.tanh(x[i]);
            case FLOOR, ROUND -> Math.floor(x[i]) + 0.2;
            default -> away;
          };
    }
    return Numbers.round(inside);
  }

  /// Whether `f(-∞)` is `-∞ · 0`, which has no value.
  ///
  /// @param f the function
  /// @return true for gated functions
  static boolean timesItself(Unary f) {
    return Arrays.asList(Unary.SILU, Unary.GELU, Unary.GELU_TANH).contains(f);
  }

  /// `1 - erf x`: Taylor's series in the middle, the continued fraction of Abramowitz & Stegun
  /// 1964, 7.1.14 outside.
  private static double complementaryError(double x) {
    if (x <= -2) {
      return 2 - complementaryError(-x);
    }
    if (x < 2) {
      return 1 - errorSeries(x);
    }
    double fraction = x;
    for (int n = 100; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }

  /// `erf x` for `|x| < 2`.
  private static double errorSeries(double x) {
    double power = x; // (-1)ⁿ x²ⁿ⁺¹ / n!
    double sum = x;
    for (int n = 1; n < 50; n++) {
      power *= -x * x / n;
      sum += power / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
