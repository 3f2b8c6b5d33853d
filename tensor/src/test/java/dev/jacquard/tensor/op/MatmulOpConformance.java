package dev.jacquard.tensor.op;

import dev.jacquard.tensor.conformance.Lab;
import dev.jacquard.tensor.conformance.OpCheck;
import dev.jacquard.tensor.shape.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Products of matrices with stretched leading axes.
public interface MatmulOpConformance {
  Lab lab();

  @ParameterizedTest
  @CsvSource({
    "'7,3', '3,17', '7,17'",
    "'2,5,7', '7,9', '2,5,9'",
    "'3,4', '2,4,5', '2,3,5'",
    "'2,1,3,4', '3,4,5', '2,3,3,5'",
    "'1,33', '33,1', '1,1'",
    "'31,17', '17,33', '31,33'",
    "'0,3', '3,2', '0,2'",
    "'3,0', '0,2', '3,2'"
  })
  default void matmulOpBroadcastsMatrices(String aSizes, String bSizes, String ySizes) {
    Shape a = Broadcast.shape(aSizes);
    Shape b = Broadcast.shape(bSizes);
    Shape y = Broadcast.shape(ySizes);
    new OpCheck(lab(), "matmul %s %s".formatted(a, b))
        .input(a.toArray())
        .input(b.toArray())
        .run(x -> MatmulOp.apply(x[0], x[1]), x -> multiply(x[0], a, x[1], b, y), y.toArray());
  }

  private static double[] multiply(double[] a, Shape aShape, double[] b, Shape bShape, Shape y) {
    int m = y.intDim(-2);
    int n = y.intDim(-1);
    int k = aShape.intDim(-1);
    Shape leading = y.dropLast().dropLast();
    double[] c = new double[(int) y.numel()];
    for (int i = 0; i < c.length; i++) {
      int matrix = i / (m * n);
      int row = i / n % m;
      int column = i % n;
      int aMatrix = Broadcast.index(matrix, leading, aShape.dropLast().dropLast());
      int bMatrix = Broadcast.index(matrix, leading, bShape.dropLast().dropLast());
      for (int l = 0; l < k; l++) {
        c[i] += a[(aMatrix * m + row) * k + l] * b[(bMatrix * k + l) * n + column];
      }
    }
    return c;
  }
}
