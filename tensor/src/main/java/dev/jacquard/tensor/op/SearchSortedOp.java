package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shapes;

/// Where numbers belong in a sorted sequence.
public final class SearchSortedOp {
  private SearchSortedOp() {}

  /// Number of elements of the sequence that are smaller than each number, or not larger.
  ///
  /// @param sorted `[N]`, f32, ascending
  /// @param x any shape, f32
  /// @param right whether to count equal elements too
  /// @return the shape of `x`, i32, each in `[0, N]`; not differentiable
  /// @throws dev.jacquard.tensor.shape.ShapeException if `sorted` has not one axis
  public static Tensor apply(Tensor sorted, Tensor x, boolean right) {
    Shapes.requireRank("searchSorted", "sorted", sorted.shape(), 1);
    Broadcasting.requireF32("searchSorted", "sorted", sorted);
    Broadcasting.requireF32("searchSorted", "x", x, sorted);
    Tensor ids = Tensor.empty(x.backend(), DType.I32, x.shape());
    x.backend()
        .sort()
        .searchSorted(sorted.detach().contiguous(), x.detach().contiguous(), right, ids);
    return ids;
  }
}
