package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;

/// The rows that a mask keeps.
public final class MaskedRowsOp {
  private MaskedRowsOp() {}

  /// Picks rows, in row-major order of the mask.
  ///
  /// @param x f32, with the axes of the mask first
  /// @param mask any type; rows where it is not 0 are kept
  /// @return `[N, ...]`, `N` the number of kept rows, then the axes of `x` behind those of the mask
  /// @throws ShapeException if `x` does not start with the axes of the mask
  public static Tensor apply(Tensor x, Tensor mask) {
    Broadcasting.requireF32("maskedRows", "x", x);
    Broadcasting.requireSameBackend("maskedRows", x, mask);
    int axes = mask.shape().rank();
    for (int i = 0; i < axes; i++) {
      if (axes > x.shape().rank() || mask.shape().dim(i) != x.shape().dim(i)) {
        throw new ShapeException(
            "maskedRows: mask does not fit; x %s, mask %s; need x to start with the mask's axes"
                .formatted(x.shape(), mask.shape()));
      }
    }
    float[] kept = mask.to(DType.F32).toFloats();
    int[] ids = new int[kept.length];
    int count = 0;
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] != 0) {
        ids[count++] = i;
      }
    }
    long[] sizes = new long[x.shape().rank() - axes + 1];
    sizes[0] = kept.length;
    for (int i = 1; i < sizes.length; i++) {
      sizes[i] = x.shape().dim(axes + i - 1);
    }
    Tensor rows = Tensor.ofInts(x.backend(), Shape.of(count), java.util.Arrays.copyOf(ids, count));
    return GatherOp.slices(x.reshape(sizes), 0, rows);
  }
}
