package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shapes;
import java.util.List;

/// `y[n] = table[ids[n]]`.
public final class EmbeddingOp {
  private static final int NO_PADDING = -1;

  private EmbeddingOp() {}

  /// Looks rows up.
  ///
  /// @param table `[V, C]`; of any floating-point type, though only f32 gets a gradient
  /// @param ids `[...]`, i32, each in `[0, V)`
  /// @return `[..., C]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if an id is out of range
  public static Tensor apply(Tensor table, Tensor ids) {
    return apply(table, ids, NO_PADDING);
  }

  /// Looks rows up; one of them gets no gradient.
  ///
  /// @param table `[V, C]`; of any floating-point type, though only f32 gets a gradient
  /// @param ids `[...]`, i32, each in `[0, V)`
  /// @param padding number of the row that stays as it is, or -1
  /// @return `[..., C]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if an id is out of range
  public static Tensor apply(Tensor table, Tensor ids, int padding) {
    Shapes.requireRank("embedding", "table", table.shape(), 2);
    StoredWeights.require("embedding", "table", table);
    IndexChecks.require("embedding", "id", ids, table, table.shape().dim(0));
    if (padding != NO_PADDING) {
      IndexChecks.require("embedding", "padding", padding, table.shape().dim(0), 0);
    }
    Tensor dense = table.contiguous();
    Tensor rows = ids.contiguous();
    Tensor y = Tensor.empty(table.backend(), ids.shape().append(table.shape().dim(1)));
    table.backend().index().gatherRows(dense, rows, y);
    if (table.dtype() != DType.F32) {
      return y;
    }
    return Tape.record(
        "embedding",
        y,
        List.of(dense),
        dy -> {
          Tensor dTable = Tensor.emptyLike(table);
          table.backend().index().scatterAddRows(dy, rows, dTable);
          if (padding != NO_PADDING) {
            table.backend().copy().fill(dTable.narrow(0, padding, 1), 0);
          }
          return List.of(dTable);
        });
  }
}
