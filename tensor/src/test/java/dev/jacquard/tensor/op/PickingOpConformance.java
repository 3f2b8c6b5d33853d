package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Gathering, scattering, sorting: what picks elements by index.
public interface PickingOpConformance {
  Lab lab();

  @Test
  default void gatherPicksElementsAndSlices() {
    int[] ids = Numbers.below("gather op", 3 * 4 * 5, 7);
    new OpCheck(lab(), "gather")
        .input(3, 7, 5)
        .run(
            x -> GatherOp.apply(x[0], 1, Tensor.ofInts(x[0].backend(), Shape.of(3, 4, 5), ids)),
            x -> {
              double[] y = new double[60];
              Arrays.setAll(y, n -> x[0][at(n, ids[n])]);
              return y;
            },
            3,
            4,
            5);
    int[] slices = {6, 0, 6, 3};
    new OpCheck(lab(), "gather slices")
        .input(3, 7, 5)
        .run(
            x -> GatherOp.slices(x[0], -2, Tensor.ofInts(x[0].backend(), Shape.of(4), slices)),
            x -> {
              double[] y = new double[60];
              Arrays.setAll(y, n -> x[0][at(n, slices[n / 5 % 4])]);
              return y;
            },
            3,
            4,
            5);
  }

  @Test
  default void scatterReplacesAndAdds() {
    int[] unique = new int[60];
    Arrays.setAll(unique, n -> (n / 5 % 4 + n) % 7); // distinct along the axis
    new OpCheck(lab(), "scatter")
        .input(3, 7, 5)
        .input(3, 4, 5)
        .run(
            x -> ScatterOp.apply(x[0], 1, ids(x[0], unique), x[1]),
            x -> {
              double[] y = x[0].clone();
              for (int n = 0; n < 60; n++) {
                y[at(n, unique[n])] = x[1][n];
              }
              return y;
            },
            3,
            7,
            5);
    int[] any = Numbers.below("scatter op", 60, 7);
    new OpCheck(lab(), "scatter add")
        .input(3, 7, 5)
        .input(4, 1) // stretched
        .run(
            x -> ScatterOp.add(x[0], 1, ids(x[0], any), x[1]),
            x -> {
              double[] y = x[0].clone();
              for (int n = 0; n < 60; n++) {
                y[at(n, any[n])] += x[1][n / 5 % 4];
              }
              return y;
            },
            3,
            7,
            5);
  }

  @Test
  default void scatterSlicesReplacesRows() {
    int[] rows = {5, 2};
    new OpCheck(lab(), "scatter slices")
        .input(7, 5)
        .input(2, 5)
        .run(
            x -> {
              Tensor ids = Tensor.ofInts(x[0].backend(), Shape.of(2), rows);
              return ScatterOp.slices(x[0], 0, ids, x[1], false);
            },
            x -> {
              double[] y = x[0].clone();
              System.arraycopy(x[1], 0, y, 25, 5);
              System.arraycopy(x[1], 5, y, 10, 5);
              return y;
            },
            7,
            5);
  }

  @Test
  default void sortedValuesSendTheirGradientHome() {
    new OpCheck(lab(), "sort")
        .input(3, 7, 5)
        .run(
            x -> SortOp.apply(x[0], 1, true).values(),
            x -> {
              double[] y = new double[105];
              for (int column = 0; column < 15; column++) {
                double[] sorted = new double[7];
                int from = column / 5 * 35 + column % 5;
                Arrays.setAll(sorted, i -> -x[0][from + 5 * i]);
                Arrays.sort(sorted);
                for (int i = 0; i < 7; i++) {
                  y[from + 5 * i] = -sorted[i];
                }
              }
              return y;
            },
            3,
            7,
            5);
    new OpCheck(lab(), "smallest two")
        .input(3, 7)
        .run(
            x -> SortOp.first(x[0], 2, -1, false).values(),
            x -> {
              double[] y = new double[6];
              for (int row = 0; row < 3; row++) {
                double[] sorted = Arrays.copyOfRange(x[0], 7 * row, 7 * row + 7);
                Arrays.sort(sorted);
                System.arraycopy(sorted, 0, y, 2 * row, 2);
              }
              return y;
            },
            3,
            2);
  }

  @Test
  default void masksKeepRowsInOrder() {
    new OpCheck(lab(), "masked rows")
        .input(2, 3, 5)
        .run(
            x ->
                MaskedRowsOp.apply(
                    x[0], Tensor.ofInts(x[0].backend(), Shape.of(2, 3), 0, 1, 0, 1, 1, 0)),
            x -> {
              double[] y = new double[15];
              int[] rows = {1, 3, 4};
              Arrays.setAll(y, n -> x[0][5 * rows[n / 5] + n % 5]);
              return y;
            },
            3,
            5);
  }

  @Test
  default void embeddingLeavesThePaddingRowWithoutGradient() {
    int[] ids = {2, 0, 2, 4};
    new OpCheck(lab(), "one hot by hand")
        .input(5, 3)
        .run(
            x -> {
              Tensor places = Tensor.ofInts(x[0].backend(), Shape.of(4), ids);
              // The product with indicators is what the look-up computes.
              return OneHotOp.apply(places, 5).matmul(x[0]);
            },
            x -> {
              double[] y = new double[12];
              Arrays.setAll(y, n -> x[0][3 * ids[n / 3] + n % 3]);
              return y;
            },
            4,
            3);
    TensorScope.run(
        "padding",
        () -> {
          Tensor table = Tensor.zeros(lab().backend(), Shape.of(5, 1)).trainable();
          Tensor places = Tensor.ofInts(lab().backend(), Shape.of(4), ids);
          var tape = new dev.jacquard.tensor.autograd.Tape();
          Tensor sum = tape.call(() -> EmbeddingOp.apply(table, places, 2).sum());
          assertThat(tape.backward(sum).of(table).toFloats()).containsExactly(1, 0, 0, 0, 1);
        });
  }

  @Test
  default void indicesOfExtremesAndCounts() {
    TensorScope.run(
        "indices",
        () -> {
          Tensor x = Tensor.of(lab().backend(), Shape.of(2, 3), 1, 5, 5, -2, -3, -3);
          assertThat(ArgMaxOp.apply(x, -1).toInts()).containsExactly(1, 0);
          assertThat(ArgMaxOp.argMin(x, 1).toInts()).containsExactly(0, 1);
          assertThat(ArgMaxOp.apply(x, 0).toInts()).containsExactly(0, 0, 0);
          Tensor sorted = Tensor.of(lab().backend(), Shape.of(3), 1, 2, 2);
          Tensor wanted = Tensor.of(lab().backend(), Shape.of(2, 1), 2, 0);
          assertThat(SearchSortedOp.apply(sorted, wanted, false).toInts()).containsExactly(1, 0);
          assertThat(SearchSortedOp.apply(sorted, wanted, true).toInts()).containsExactly(3, 0);
          Tensor ids = Tensor.ofInts(lab().backend(), Shape.of(4), 2, 0, 2, 3);
          assertThat(OneHotOp.count(ids, 5).toInts()).containsExactly(1, 0, 2, 1, 0);
        });
  }

  private static Tensor ids(Tensor like, int[] ids) {
    return Tensor.ofInts(like.backend(), Shape.of(3, 4, 5), ids);
  }

  /// Place in `[3, 7, 5]` of element number `n` of `[3, 4, 5]`, moved to another middle index.
  private static int at(int n, int id) {
    return (n / 20 * 7 + id) * 5 + n % 5;
  }
}
