package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;

/// For kernels that take any strides but want neighbours on one of the last axes side by side.
final class DenseRows {
  private DenseRows() {}

  /// `x` itself if the stride of its last axis is 1, else a contiguous copy.
  static Tensor of(Tensor x) {
    return x.stride(-1) == 1 ? x : x.contiguous();
  }

  /// `x` itself if the stride of one of its last two axes is 1, else a contiguous copy.
  static Tensor orColumns(Tensor x) {
    return x.stride(-1) == 1 || x.stride(-2) == 1 ? x : x.contiguous();
  }
}
