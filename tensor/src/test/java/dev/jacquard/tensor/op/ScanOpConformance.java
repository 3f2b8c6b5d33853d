package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recurrences, running sums and running products along each axis.
public interface ScanOpConformance {
  Lab lab();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, -1})
  default void recurrenceAlongAnyAxis(int axis) {
    new OpCheck(lab(), "recurrence " + axis)
        .input(3, 7, 5)
        .input(3, 7, 5)
        .run(
            x -> RecurrenceOp.apply(x[0], x[1], 0.5f, axis),
            x -> recurrence(x[0], x[1], 0.5, axis),
            3,
            7,
            5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, -1})
  default void runningSumsAndProducts(int axis) {
    double[] ones = new double[105];
    double[] zeros = new double[105];
    java.util.Arrays.fill(ones, 1);
    new OpCheck(lab(), "cumsum " + axis)
        .input(3, 7, 5)
        .run(x -> CumsumOp.apply(x[0], axis), x -> recurrence(ones, x[0], 0, axis), 3, 7, 5);
    double[] x = Numbers.normal("cumprod", 105);
    x[17] = 0; // the gradient must not divide by it
    x[18] = 0;
    new OpCheck(lab(), "cumprod " + axis)
        .input(Shape.of(3, 7, 5), x)
        .run(v -> CumprodOp.apply(v[0], axis), v -> recurrence(v[0], zeros, 1, axis), 3, 7, 5);
  }

  /// The recurrence on `[3, 7, 5]`.
  private static double[] recurrence(double[] a, double[] b, double initial, int axis) {
    int[] sizes = {3, 7, 5};
    int[] strides = {35, 5, 1};
    int along = Math.floorMod(axis, 3);
    double[] y = new double[a.length];
    for (int n = 0; n < y.length; n++) {
      boolean isFirst = n / strides[along] % sizes[along] == 0;
      y[n] = a[n] * (isFirst ? initial : y[n - strides[along]]) + b[n];
    }
    return y;
  }
}
