package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;
import java.util.List;

/// Axes in another order.
public final class PermuteOp {
  private PermuteOp() {}

  /// Reorders the axes without moving elements.
  ///
  /// @param x any shape and type
  /// @param axes for each new axis the old one; a permutation of `0 .. rank-1`
  /// @return a view
  /// @throws ShapeException if `axes` is no permutation
  public static Tensor apply(Tensor x, int... axes) {
    int[] inverse = inverse(x.shape(), axes);
    long[] sizes = new long[axes.length];
    long[] strides = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      sizes[i] = x.shape().dim(axes[i]);
      strides[i] = x.stride(axes[i]);
    }
    Tensor y = x.strided(0, Shape.of(sizes), strides);
    return Tape.recordDerivable("permute", y, List.of(x), dy -> List.of(dy.permute(inverse)));
  }

  private static int[] inverse(Shape shape, int[] axes) {
    int[] inverse = new int[shape.rank()];
    Arrays.fill(inverse, -1);
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] >= 0 && axes[i] < inverse.length) {
        inverse[axes[i]] = i;
      }
    }
    if (axes.length != inverse.length || Arrays.stream(inverse).anyMatch(i -> i < 0)) {
      throw new ShapeException(
          "permute: no permutation; axes %s for shape %s; need each of 0 to %d once"
              .formatted(Arrays.toString(axes), shape, shape.rank() - 1));
    }
    return inverse;
  }
}
