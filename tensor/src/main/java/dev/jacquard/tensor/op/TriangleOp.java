package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.Shapes;

/// The elements of matrices on one side of a diagonal; the others become 0.
public final class TriangleOp {
  private TriangleOp() {}

  /// Keeps row `i`, column `j` where `j - i <= diagonal`.
  ///
  /// @param x `[..., M, N]`, f32
  /// @param diagonal 0 for the main one, positive above it
  /// @return `[..., M, N]`
  public static Tensor lower(Tensor x, int diagonal) {
    check(x);
    return WhereOp.fill(x, above(x, diagonal), 0);
  }

  /// Keeps row `i`, column `j` where `j - i >= diagonal`.
  ///
  /// @param x `[..., M, N]`, f32
  /// @param diagonal 0 for the main one, positive above it
  /// @return `[..., M, N]`
  public static Tensor upper(Tensor x, int diagonal) {
    check(x);
    Tensor zero = Tensor.zeros(x.backend(), Shape.of());
    return WhereOp.apply(above(x, diagonal - 1), x, zero);
  }

  /// `[M, N]`: 1 where `j - i > diagonal`, else 0.
  private static void check(Tensor x) {
    Broadcasting.requireF32("triangle", "x", x);
    Shapes.requireRankAtLeast("triangle", "x", x.shape(), 2);
  }

  private static Tensor above(Tensor x, int diagonal) {
    int rows = x.shape().intDim(-2);
    int columns = x.shape().intDim(-1);
    float[] mask = new float[Math.multiplyExact(rows, columns)];
    for (int n = 0; n < mask.length; n++) {
      mask[n] = n % columns - n / columns > diagonal ? 1 : 0;
    }
    return Tensor.of(x.backend(), Shape.of(rows, columns), mask);
  }
}
