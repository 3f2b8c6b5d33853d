package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Numbers;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/// Broadcasting element by element, for the formulas of the tests.
final class Broadcast {
  private Broadcast() {}

  /// Reads `"3,7"` as a shape; the empty text is a scalar.
  static Shape shape(String sizes) {
    return sizes.isEmpty()
        ? Shape.of()
        : Shape.of(Arrays.stream(sizes.split(",")).mapToLong(Long::parseLong).toArray());
  }

  static double[] formula(
      double[] a, Shape aShape, double[] b, Shape bShape, Shape y, DoubleBinaryOperator f) {
    double[] result = new double[(int) y.numel()];
    Arrays.setAll(result, n -> f.applyAsDouble(a[index(n, y, aShape)], b[index(n, y, bShape)]));
    return result;
  }

  /// Number of the element of the `small` shape that is seen at element number `n` of the `large`.
  static int index(int n, Shape large, Shape small) {
    long index = 0;
    long stride = 1;
    for (int axis = 1; axis <= small.rank(); axis++) {
      long at = n % large.dim(-axis);
      n /= large.intDim(-axis);
      if (small.dim(-axis) != 1) {
        index += at * stride;
        stride *= small.dim(-axis);
      }
    }
    return (int) index;
  }

  static double[] awayFromZero(double[] x) {
    double[] away = new double[x.length];
    Arrays.setAll(away, i -> x[i] < 0 ? x[i] - 0.5 : x[i] + 0.5);
    return Numbers.round(away);
  }
}
