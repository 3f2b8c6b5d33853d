package dev.jacquard.tensor.conformance;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// `MatmulKernels` with a transposed weight of each storage type, and `IndexKernels.gatherRows`
/// from one: sizes around register blocks, of one row, of few and of many.
public interface StoredWeightConformance {
  Lab lab();

  /// The types that weights are stored in.
  enum Storage {
    BF16(DType.BF16),
    F16(DType.F16),
    Q8_0(DType.Q8_0),
    Q4_0(DType.Q4_0);

    final DType type;

    Storage(DType type) {
      this.type = type;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void matmulWithAStoredWeight(Storage storage) {
    for (int m : new int[] {1, 2, 3, 4, 7, 16, 17, 45}) {
      for (int[] size : new int[][] {{32, 1}, {64, 3}, {96, 16}, {32, 17}, {1056, 70}, {0, 5}}) {
        check(storage.type, m, size[0], size[1]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 40", "1, 7, 33", "1, 33, 97", "3, 100, 21", "16, 31, 64", "50, 801, 7"})
  default void matmulWithAStoredWeightOfAnyLength(int m, int k, int n) {
    check(DType.BF16, m, k, n);
    check(DType.F16, m, k, n);
  }

  @ParameterizedTest
  @EnumSource
  default void matmulAddsProductsWithAStoredWeight(Storage storage) {
    double[] before = Numbers.normal("stored c", 3 * 35);
    for (int m : new int[] {1, 3}) {
      double[] a = Numbers.normal("stored a", m * 64);
      double[] expected = Arrays.copyOf(before, m * 35);
      double[] product = multiply(a, stored(storage.type, 35, 64), m, 64, 35);
      Arrays.setAll(expected, i -> expected[i] + product[i]);
      float[] c =
          lab()
              .runOne(
                  Shape.of(m, 35),
                  (be, out) -> {
                    Lab.write(out[0], Arrays.copyOf(before, m * 35));
                    Tensor x = Layout.PLAIN.lay(be, Shape.of(m, 64), a);
                    Tensor w = weight(be, storage.type, 35, 64);
                    be.matmul().matmul(x, w.transpose(0, 1), out[0], true);
                  });
      Expect.close("matmul += " + storage, c, expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  default void gatherRowsOfAStoredTable(Storage storage) {
    int[] ids = {5, 0, 10, 5, 3};
    double[] table = stored(storage.type, 11, 96);
    double[] expected = new double[5 * 96];
    Arrays.setAll(expected, i -> table[ids[i / 96] * 96 + i % 96]);
    float[] y =
        lab()
            .runOne(
                Shape.of(5, 96),
                (be, out) ->
                    be.index()
                        .gatherRows(
                            weight(be, storage.type, 11, 96),
                            Tensor.ofInts(be, Shape.of(5), ids),
                            out[0]));
    Expect.close("gatherRows " + storage, y, expected, 0, 0);
  }

  private void check(DType type, int m, int k, int n) {
    double[] a = Numbers.normal("stored a", (long) m * k, Math.pow(k + 1, -0.25));
    double[] expected = multiply(a, stored(type, n, k), m, k, n);
    float[] c =
        lab()
            .runOne(
                Shape.of(m, n),
                (be, out) -> {
                  Tensor x = Layout.PLAIN.lay(be, Shape.of(m, k), a);
                  Tensor w = weight(be, type, n, k);
                  be.matmul().matmul(x, w.transpose(0, 1), out[0], false);
                });
    Expect.close("matmul %d %d %d, %s".formatted(m, k, n, type), c, expected);
  }

  /// `[n, k]`, part of a larger tensor.
  private static Tensor weight(Backend backend, DType type, int n, int k) {
    double[] values = Numbers.normal("stored w", (long) (n + 2) * k, Math.pow(k + 1, -0.25));
    return Layout.PLAIN.lay(backend, Shape.of(n + 2, k), values).to(type).narrow(0, 1, n);
  }

  /// The numbers that are in fact stored.
  private double[] stored(DType type, int n, int k) {
    float[] values =
        TensorScope.call(
            "stored", () -> weight(lab().backend(), type, n, k).to(DType.F32).toFloats());
    double[] numbers = new double[values.length];
    Arrays.setAll(numbers, i -> values[i]);
    return numbers;
  }

  private static double[] multiply(double[] a, double[] w, int m, int k, int n) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        for (int l = 0; l < k; l++) {
          c[i * n + j] += a[i * k + l] * w[j * k + l];
        }
      }
    }
    return c;
  }
}
