package dev.jacquard.tensor.conformance;

import static dev.jacquard.tensor.conformance.Layout.PADDED;
import static dev.jacquard.tensor.conformance.Layout.PLAIN;
import static dev.jacquard.tensor.conformance.Layout.SWAPPED;
import static dev.jacquard.tensor.conformance.Layout.TRANSPOSED;

import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `MatmulKernels`: sizes around register blocks and cache blocks (up to 512 x 240 x 1536 are in
/// use), all layouts of both factors. Factors are scaled by `K^-¼`, so that results are about 1 and
/// rounding errors stay below 1e-5 at every `K` here.
public interface MatmulConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 3, 7",
    "3, 7, 17",
    "7, 1, 31",
    "17, 31, 33",
    "33, 17, 1",
    "1, 33, 97",
    "2, 64, 3",
    "31, 7, 64",
    "64, 64, 64",
    "65, 97, 130",
    "8, 520, 200",
    "6, 1030, 65",
    "250, 20, 40",
    "5, 3, 1600",
    "130, 129, 257"
  })
  default void matmulOfAnySizeAndLayout(int m, int k, int n) {
    double[] a = Numbers.normal("matmul a", (long) m * k, Math.pow(k, -0.25));
    double[] b = Numbers.normal("matmul b", (long) k * n, Math.pow(k, -0.25));
    double[] expected = multiply(a, b, 1, m, k, n);
    for (Layout la : new Layout[] {PLAIN, TRANSPOSED, PADDED}) {
      for (Layout lb : new Layout[] {PLAIN, TRANSPOSED, PADDED}) {
        float[] c =
            lab()
                .runOne(
                    Shape.of(m, n),
                    (be, out) ->
                        be.matmul()
                            .matmul(
                                la.lay(be, Shape.of(m, k), a),
                                lb.lay(be, Shape.of(k, n), b),
                                out[0],
                                false));
        Expect.close("matmul %d %d %d, %s x %s".formatted(m, k, n, la, lb), c, expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 33, 97",
    "3, 7, 17",
    "4, 65, 64",
    "8, 520, 200",
    "6, 1030, 65",
    "17, 1600, 130",
    "70, 40, 1700",
    "5, 0, 3"
  })
  default void linearWithAPackedWeight(int m, int k, int n) {
    double[] x = Numbers.normal("linear x", (long) m * k, Math.pow(k + 1, -0.25));
    double[] w = Numbers.normal("linear w", (long) n * k, Math.pow(k + 1, -0.25));
    double[] transposed = new double[w.length];
    Arrays.setAll(transposed, i -> w[i % n * k + i / n]);
    float[] y =
        lab()
            .runOne(
                Shape.of(m, n),
                (be, out) ->
                    be.matmul()
                        .linear(
                            PLAIN.lay(be, Shape.of(m, k), x),
                            be.matmul().pack(PLAIN.lay(be, Shape.of(n, k), w)),
                            out[0]));
    Expect.close("linear %d %d %d".formatted(m, k, n), y, multiply(x, transposed, 1, m, k, n));
  }

  @ParameterizedTest
  @CsvSource({"3, 7, 17", "33, 65, 31", "6, 1030, 65", "5, 0, 3"})
  default void matmulAddsToWhatIsThere(int m, int k, int n) {
    double[] a = Numbers.normal("matmul a", (long) m * k, Math.pow(k + 1, -0.25));
    double[] b = Numbers.normal("matmul b", (long) k * n, Math.pow(k + 1, -0.25));
    double[] before = Numbers.normal("matmul c", (long) m * n);
    double[] expected = multiply(a, b, 1, m, k, n);
    Arrays.setAll(expected, i -> expected[i] + before[i]);
    float[] c =
        lab()
            .runOne(
                Shape.of(m, n),
                (be, out) -> {
                  Lab.write(out[0], before);
                  be.matmul()
                      .matmul(
                          PLAIN.lay(be, Shape.of(m, k), a),
                          PLAIN.lay(be, Shape.of(k, n), b),
                          out[0],
                          true);
                });
    Expect.close("matmul += %d %d %d".formatted(m, k, n), c, expected);
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 7, 5, 17", "3, 2, 33, 16, 31", "2, 5, 1, 40, 9"})
  default void matmulOfManyMatrices(int outer, int inner, int m, int k, int n) {
    int matrices = outer * inner;
    double[] a = Numbers.normal("matmul a", (long) matrices * m * k, Math.pow(k, -0.25));
    double[] b = Numbers.normal("matmul b", (long) matrices * k * n, Math.pow(k, -0.25));
    double[] expected = multiply(a, b, matrices, m, k, n);
    for (Layout layout :
        new Layout[] {
          PLAIN, TRANSPOSED, PADDED, SWAPPED
        }) { // SWAPPED: rows of a head lie apart, as in attention
      Layout other = layout == SWAPPED ? SWAPPED : PLAIN;
      float[] c =
          lab()
              .runOne(
                  Shape.of(outer, inner, m, n),
                  (be, out) ->
                      be.matmul()
                          .matmul(
                              layout.lay(be, Shape.of(outer, inner, m, k), a),
                              other.lay(be, Shape.of(outer, inner, k, n), b),
                              out[0],
                              false));
      Expect.close("matmul of %d matrices, %s".formatted(matrices, layout), c, expected);
    }
  }

  @Test
  default void matmulWithOneMatrixSharedByStrideZero() {
    int m = 9;
    int k = 13;
    int n = 21;
    double[] a = Numbers.normal("matmul a", 4 * m * k, Math.pow(k, -0.25));
    double[] b = Numbers.normal("matmul b", k * n, Math.pow(k, -0.25));
    double[] repeated = new double[4 * b.length];
    Arrays.setAll(repeated, i -> b[i % b.length]);
    float[] c =
        lab()
            .runOne(
                Shape.of(4, m, n),
                (be, out) ->
                    be.matmul()
                        .matmul(
                            PLAIN.lay(be, Shape.of(4, m, k), a),
                            PLAIN.lay(be, Shape.of(k, n), b).strided(0, Shape.of(4, k, n), 0, n, 1),
                            out[0],
                            false));
    Expect.close("matmul with a shared matrix", c, multiply(a, repeated, 4, m, k, n));
  }

  @ParameterizedTest
  @CsvSource({"0, 3, 4", "3, 0, 4", "3, 4, 0"})
  default void matmulOfNothing(int m, int k, int n) {
    float[] c =
        lab()
            .runOne(
                Shape.of(2, m, n),
                (be, out) ->
                    be.matmul()
                        .matmul(
                            PLAIN.lay(be, Shape.of(2, m, k), new double[2 * m * k]),
                            PLAIN.lay(be, Shape.of(2, k, n), new double[2 * k * n]),
                            out[0],
                            false));
    Expect.close("matmul %d %d %d".formatted(m, k, n), c, new double[2 * m * n]);
  }

  /// Zero padding of panels must not meet another row's or column's infinity: `0 · ∞` is NaN.
  @Test
  default void matmulKeepsInfinitiesInTheirRowsAndColumns() {
    int size = 37;
    double[] a = new double[size * size];
    double[] b = new double[size * size];
    Arrays.fill(a, 1);
    Arrays.fill(b, 1);
    a[36 * size + 3] = Double.POSITIVE_INFINITY;
    b[3 * size + 36] = Double.NaN;
    float[] c =
        lab()
            .runOne(
                Shape.of(size, size),
                (be, out) ->
                    be.matmul()
                        .matmul(
                            PLAIN.lay(be, Shape.of(size, size), a),
                            PLAIN.lay(be, Shape.of(size, size), b),
                            out[0],
                            false));
    Expect.close("matmul with infinity and NaN", c, multiply(a, b, 1, size, size, size));
  }

  private static double[] multiply(double[] a, double[] b, int matrices, int m, int k, int n) {
    double[] c = new double[matrices * m * n];
    for (int p = 0; p < matrices; p++) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int l = 0; l < k; l++) {
            sum += a[(p * m + i) * k + l] * b[(p * k + l) * n + j];
          }
          c[(p * m + i) * n + j] = sum;
        }
      }
    }
    return c;
  }
}
