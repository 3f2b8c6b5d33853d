package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fourier and cosine transforms against their sums, of lengths done by one product and of lengths
/// that are cut (264 = 12 x 22, 514 = 2 x 257).
public interface FourierOpConformance {
  Lab lab();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 33, 264, 514})
  default void realTransforms(int n) {
    int kept = n / 2 + 1;
    double[] signals = Numbers.normal("fourier", 2L * n, 1 / Math.sqrt(n)); // results around 1
    new OpCheck(lab(), "fourier real " + n)
        .input(Shape.of(2, n), signals)
        .run(x -> FourierOp.real(x[0]), x -> real(x[0], 2, n), 2, kept, 2);
    new OpCheck(lab(), "fourier real inverse " + n)
        .input(2, kept, 2)
        .run(x -> FourierOp.realInverse(x[0], n), x -> realInverse(x[0], 2, n), 2, n);
  }

  @ParameterizedTest
  @CsvSource({"1, -2", "5, 0", "7, 1", "12, -2", "264, 0"})
  default void complexTransforms(int n, int axis) {
    int outer = axis == 0 ? 1 : 3;
    int inner = axis == 0 ? 3 : 1;
    new OpCheck(lab(), "fourier complex %d %d".formatted(n, axis))
        .input(outer == 1 ? new long[] {n, inner, 2} : new long[] {outer, n, 2})
        .tolerance(2e-5) // sums of up to 264 numbers
        .run(
            x -> FourierOp.complex(x[0], axis),
            x -> complex(x[0], outer, n, inner, -1),
            outer == 1 ? new long[] {n, inner, 2} : new long[] {outer, n, 2});
    new OpCheck(lab(), "fourier complex inverse %d %d".formatted(n, axis))
        .input(outer == 1 ? new long[] {n, inner, 2} : new long[] {outer, n, 2})
        .run(
            x -> FourierOp.complexInverse(x[0], axis),
            x -> times(1.0 / n, complex(x[0], outer, n, inner, 1)),
            outer == 1 ? new long[] {n, inner, 2} : new long[] {outer, n, 2});
  }

  @ParameterizedTest
  @CsvSource({"16, 16", "3, 8", "5, 7"})
  default void imagesThereAndBack(int height, int width) {
    int kept = width / 2 + 1;
    new OpCheck(lab(), "fourier 2d %d %d".formatted(height, width))
        .input(2, height, width)
        .run(
            x -> FourierOp.real2d(x[0]),
            x -> complex(real(x[0], 2 * height, width), 2, height, kept, -1),
            2,
            height,
            kept,
            2);
    new OpCheck(lab(), "fourier 2d inverse %d %d".formatted(height, width))
        .input(2, height, kept, 2)
        .run(
            x -> FourierOp.realInverse2d(x[0], width),
            x ->
                realInverse(
                    times(1.0 / height, complex(x[0], 2, height, kept, 1)), 2 * height, width),
            2,
            height,
            width);
    new OpCheck(lab(), "fourier 2d there and back")
        .input(2, height, width)
        .run(
            x -> FourierOp.realInverse2d(FourierOp.real2d(x[0]), width),
            x -> x[0],
            2,
            height,
            width);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 33, 130})
  default void cosineTransforms(int n) {
    new OpCheck(lab(), "cosine " + n)
        .input(2, n, 3)
        .run(x -> CosineOp.apply(x[0], 1), x -> cosine(x[0], 2, n, 3, false), 2, n, 3);
    new OpCheck(lab(), "cosine inverse " + n)
        .input(n, 3)
        .run(x -> CosineOp.inverse(x[0], -2), x -> cosine(x[0], 1, n, 3, true), n, 3);
  }

  @Test
  default void cosineTransformOfImages() {
    new OpCheck(lab(), "cosine 2d")
        .input(2, 7, 12)
        .run(
            x -> CosineOp.apply2d(x[0]),
            x -> cosine(cosine(x[0], 14, 12, 1, false), 2, 7, 12, false),
            2,
            7,
            12);
    new OpCheck(lab(), "cosine 2d there and back")
        .input(2, 7, 12)
        .run(x -> CosineOp.inverse2d(CosineOp.apply2d(x[0])), x -> x[0], 2, 7, 12);
  }

  /// Rows of real numbers to the frequencies up to the half.
  private static double[] real(double[] x, int rows, int n) {
    int kept = n / 2 + 1;
    double[] y = new double[rows * kept * 2];
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < kept; k++) {
        for (int m = 0; m < n; m++) {
          double angle = 2 * Math.PI * k * m / n;
          y[2 * (row * kept + k)] += x[row * n + m] * Math.cos(angle);
          y[2 * (row * kept + k) + 1] -= x[row * n + m] * Math.sin(angle);
        }
      }
    }
    return y;
  }

  /// The frequencies above the half are the conjugates of those below.
  private static double[] realInverse(double[] x, int rows, int n) {
    int kept = n / 2 + 1;
    double[] y = new double[rows * n];
    for (int row = 0; row < rows; row++) {
      for (int m = 0; m < n; m++) {
        for (int k = 0; k < n; k++) {
          int from = 2 * (row * kept + Math.min(k, n - k));
          double sign = k < kept ? 1 : -1;
          double angle = 2 * Math.PI * k * m / n;
          y[row * n + m] += (x[from] * Math.cos(angle) - sign * x[from + 1] * Math.sin(angle)) / n;
        }
      }
    }
    return y;
  }

  /// Along the middle of `[O, N, I, 2]`.
  private static double[] complex(double[] x, int outer, int n, int inner, int sign) {
    double[] y = new double[x.length];
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < n; k++) {
        for (int m = 0; m < n; m++) {
          double cos = Math.cos(2 * Math.PI * k * m / n);
          double sin = sign * Math.sin(2 * Math.PI * k * m / n);
          for (int i = 0; i < inner; i++) {
            int from = 2 * ((o * n + m) * inner + i);
            int to = 2 * ((o * n + k) * inner + i);
            y[to] += x[from] * cos - x[from + 1] * sin;
            y[to + 1] += x[from] * sin + x[from + 1] * cos;
          }
        }
      }
    }
    return y;
  }

  /// Along the middle of `[O, N, I]`.
  private static double[] cosine(double[] x, int outer, int n, int inner, boolean inverse) {
    double[] y = new double[x.length];
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < n; k++) {
        double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / n);
        for (int m = 0; m < n; m++) {
          double weight = scale * Math.cos(Math.PI * (2 * m + 1) * k / (2 * n));
          for (int i = 0; i < inner; i++) {
            int signal = (o * n + m) * inner + i;
            int frequency = (o * n + k) * inner + i;
            y[inverse ? signal : frequency] += weight * x[inverse ? frequency : signal];
          }
        }
      }
    }
    return y;
  }

  private static double[] times(double factor, double[] x) {
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> factor * x[i]);
    return y;
  }
}
