package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;

/// Indicators of indices.
public final class OneHotOp {
  private OneHotOp() {}

  /// 1 at each index, else 0.
  ///
  /// @param ids any shape, i32, each in `[0, K)`
  /// @param classes `K`
  /// @return the shape of `ids` and `[K]`, f32
  /// @throws dev.jacquard.tensor.shape.ShapeException if an index is out of range
  public static Tensor apply(Tensor ids, int classes) {
    IndexChecks.require("oneHot", "id", ids, ids, classes);
    Tensor one = Tensor.full(ids.backend(), Shape.of(), 1);
    Tensor zeros = Tensor.zeros(ids.backend(), ids.shape().append(classes));
    return ScatterOp.apply(zeros, -1, ids.reshape(ids.shape().append(1).toArray()), one);
  }

  /// How often each index occurs.
  ///
  /// @param ids any shape, i32, each in `[0, K)`
  /// @param classes `K`
  /// @return `[K]`, i32
  /// @throws dev.jacquard.tensor.shape.ShapeException if an index is out of range
  public static Tensor count(Tensor ids, int classes) {
    IndexChecks.require("count", "id", ids, ids, classes);
    int[] counts = new int[classes];
    for (int id : ids.toInts()) {
      counts[id]++;
    }
    return Tensor.ofInts(ids.backend(), Shape.of(classes), counts);
  }
}
