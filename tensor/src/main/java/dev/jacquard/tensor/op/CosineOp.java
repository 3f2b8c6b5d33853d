package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.shape.ShapeException;
import dev.jacquard.tensor.shape.Shapes;
import java.util.Arrays;

/// The orthonormal discrete cosine transform (DCT-II) and its inverse and transpose (DCT-III), of
/// any length.
///
/// ```text
/// X[k] = s[k] Σ x[n] cos(π (2n + 1) k / 2N),  s[0] = √(1/N), other s[k] = √(2/N)
/// ```
///
/// Ahmed, Natarajan & Rao 1974. The sum of the squares stays as it is. Each is one matrix product,
/// of `N` multiplications for each element.
public final class CosineOp {
  private CosineOp() {}

  /// Transforms along an axis.
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the signals, not empty; negative ones count from the end
  /// @return the shape of `x`
  /// @throws ShapeException if the axis is empty
  public static Tensor apply(Tensor x, int axis) {
    return product(x, axis, false);
  }

  /// Inverts [#apply].
  ///
  /// @param x any shape, f32
  /// @param axis the axis of the frequencies, not empty; negative ones count from the end
  /// @return the shape of `x`
  /// @throws ShapeException if the axis is empty
  public static Tensor inverse(Tensor x, int axis) {
    return product(x, axis, true);
  }

  /// Transforms images, along rows and columns.
  ///
  /// @param x `[..., H, W]`, f32
  /// @return the shape of `x`
  /// @throws ShapeException if an image is empty
  public static Tensor apply2d(Tensor x) {
    Shapes.requireRankAtLeast("cosine", "x", x.shape(), 2);
    return apply(apply(x, -1), -2);
  }

  /// Inverts [#apply2d].
  ///
  /// @param x `[..., H, W]`, f32
  /// @return the shape of `x`
  /// @throws ShapeException if an image is empty
  public static Tensor inverse2d(Tensor x) {
    Shapes.requireRankAtLeast("cosine", "x", x.shape(), 2);
    return inverse(inverse(x, -1), -2);
  }

  private static Tensor product(Tensor x, int axis, boolean inverse) {
    Broadcasting.requireF32("cosine", "x", x);
    Shapes.axis("cosine", "x", x.shape(), axis);
    int n = x.shape().intDim(axis);
    if (n < 1) {
      throw new ShapeException("cosine: no points; " + x.shape() + "; need one at least");
    }
    Tensor signals = x.transpose(axis, -1);
    Tensor matrix = matrix(x.backend(), n); // [N, N], one frequency to a row
    Tensor rows = signals.reshape(x.shape().numel() / n, n);
    Tensor y = rows.matmul(inverse ? matrix : matrix.transpose(0, 1));
    return y.reshape(signals.shape().toArray()).transpose(axis, -1);
  }

  private static Tensor matrix(Backend backend, int n) {
    double[] cosines = new double[4 * n]; // they repeat after 4n steps of π / 2n
    Arrays.setAll(cosines, j -> StrictMath.cos(Math.PI * j / (2 * n)));
    double first = Math.sqrt(1.0 / n);
    double other = Math.sqrt(2.0 / n);
    return FourierOp.matrix(
        backend,
        n,
        n,
        (k, m) -> (k == 0 ? first : other) * cosines[(int) ((2L * m + 1) * k % (4L * n))]);
  }
}
