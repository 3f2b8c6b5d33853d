package dev.jacquard.tensor.op;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shapes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// `y[n] = table[ids[n]]`.
public final class EmbeddingOp {
  private EmbeddingOp() {}

  /// Looks rows up.
  ///
  /// @param table `[V, C]`, f32
  /// @param ids `[...]`, i32, each in `[0, V)`
  /// @return `[..., C]`
  /// @throws dev.jacquard.tensor.shape.ShapeException if an id is out of range
  public static Tensor apply(Tensor table, Tensor ids) {
    Shapes.requireRank("embedding", "table", table.shape(), 2);
    Shapes.requireType("embedding", "ids", ids.dtype(), DType.I32);
    Tensor dense = table.contiguous();
    Tensor rows = ids.contiguous();
    requireRange(rows, table.shape().dim(0));
    Tensor y = Tensor.empty(table.backend(), ids.shape().append(table.shape().dim(1)));
    table.backend().index().gatherRows(dense, rows, y);
    return Tape.record(
        "embedding",
        y,
        List.of(dense),
        dy -> {
          Tensor dTable = Tensor.emptyLike(table);
          table.backend().index().scatterAddRows(dy, rows, dTable);
          return List.of(dTable);
        });
  }

  private static void requireRange(Tensor ids, long vocabulary) {
    MemorySegment segment = ids.segment();
    for (long n = 0; n < ids.shape().numel(); n++) {
      int id = segment.getAtIndex(ValueLayout.JAVA_INT, n);
      IndexChecks.require("embedding", "id", id, vocabulary, n);
    }
  }
}
