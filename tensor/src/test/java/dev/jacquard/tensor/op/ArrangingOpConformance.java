package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Operators that only move elements: each formula says where an element comes from.
public interface ArrangingOpConformance {
  int OUTSIDE = -1;

  Lab lab();

  @Test
  default void axesAreRearranged() {
    along("flip", x -> RearrangeOp.flip(x, 1), 7, n -> 6 - n);
    along("roll", x -> RearrangeOp.roll(x, -2, 2), 7, n -> (n + 5) % 7);
    along("roll back", x -> RearrangeOp.roll(x, 1, -9), 7, n -> (n + 9) % 7);
    along("tile", x -> RearrangeOp.tile(x, 1, 2), 14, n -> n % 7);
    along("repeat", x -> RearrangeOp.repeat(x, 1, 3), 21, n -> n / 3);
    along("slice", x -> SliceOp.apply(x, 1, 1, 7, 2), 3, n -> 1 + 2 * n);
    along("select", x -> SliceOp.select(x, 1, -2).reshape(3, 1, 5), 1, _ -> 5);
    along("split", x -> SliceOp.split(x, 1, 2, 4, 1).get(1), 4, n -> 2 + n);
  }

  @Test
  default void axesArePadded() {
    along("pad", x -> PadOp.constant(x, 1, 2, 1, 0), 10, n -> n < 2 || n > 8 ? OUTSIDE : n - 2);
    along("cut", x -> PadOp.constant(x, 1, -2, 1, 0), 6, n -> n > 4 ? OUTSIDE : n + 2);
    along("cut twice", x -> PadOp.constant(x, 1, -2, -1, 0), 4, n -> n + 2);
    int[] mirrored = {2, 1, 0, 1, 2, 3, 4, 5, 6, 5};
    along("reflect", x -> PadOp.reflect(x, 1, 2, 1), 10, n -> mirrored[n]);
    int[] ends = {0, 0, 0, 1, 2, 3, 4, 5, 6, 6};
    along("replicate", x -> PadOp.replicate(x, 1, 2, 1), 10, n -> ends[n]);
  }

  @Test
  default void partsAreJoined() {
    new OpCheck(lab(), "concat")
        .input(3, 2, 5)
        .input(3, 4, 5)
        .run(
            x -> ConcatOp.apply(-2, List.of(x[0], x[1], x[0])),
            x -> {
              double[] y = new double[3 * 8 * 5];
              for (int n = 0; n < y.length; n++) {
                int row = n / 40;
                int i = n % 40;
                y[n] =
                    i < 10
                        ? x[0][row * 10 + i]
                        : i < 30 ? x[1][row * 20 + i - 10] : x[0][row * 10 + i - 30];
              }
              return y;
            },
            3,
            8,
            5);
    new OpCheck(lab(), "stack")
        .input(3, 5)
        .input(3, 5)
        .run(
            x -> ConcatOp.stack(1, List.of(x[0], x[1])),
            x -> {
              double[] y = new double[30];
              Arrays.setAll(y, n -> x[n / 5 % 2][n / 10 * 5 + n % 5]);
              return y;
            },
            3,
            2,
            5);
  }

  @Test
  default void trianglesAndStretchedAxes() {
    new OpCheck(lab(), "lower triangle")
        .input(2, 7, 5)
        .run(
            x -> TriangleOp.lower(x[0], -1),
            x -> {
              double[] y = new double[70];
              Arrays.setAll(y, n -> n % 5 - n / 5 % 7 <= -1 ? x[0][n] : 0);
              return y;
            },
            2,
            7,
            5);
    new OpCheck(lab(), "upper triangle")
        .input(2, 7, 5)
        .run(
            x -> TriangleOp.upper(x[0], 1),
            x -> {
              double[] y = new double[70];
              Arrays.setAll(y, n -> n % 5 - n / 5 % 7 >= 1 ? x[0][n] : 0);
              return y;
            },
            2,
            7,
            5);
    new OpCheck(lab(), "expand")
        .input(7, 1)
        .run(
            x -> ExpandOp.apply(x[0], 3, 7, 5),
            x -> {
              double[] y = new double[105];
              Arrays.setAll(y, n -> x[0][n / 5 % 7]);
              return y;
            },
            3,
            7,
            5);
  }

  /// Checks an operator on the middle axis of `[3, 7, 5]`.
  private void along(String what, UnaryOperator<Tensor> op, int length, IntUnaryOperator source) {
    new OpCheck(lab(), what)
        .input(3, 7, 5)
        .run(
            x -> op.apply(x[0]),
            x -> {
              double[] y = new double[3 * length * 5];
              for (int n = 0; n < y.length; n++) {
                int from = source.applyAsInt(n / 5 % length);
                y[n] = from == OUTSIDE ? 0 : x[0][(n / 5 / length * 7 + from) * 5 + n % 5];
              }
              return y;
            },
            3,
            length,
            5);
  }
}
