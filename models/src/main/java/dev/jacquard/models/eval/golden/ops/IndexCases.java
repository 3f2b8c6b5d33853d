package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.ArgMaxOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.GatherOp;
import dev.jacquard.tensor.op.MaskedRowsOp;
import dev.jacquard.tensor.op.OneHotOp;
import dev.jacquard.tensor.op.ScatterOp;
import dev.jacquard.tensor.op.SearchSortedOp;
import dev.jacquard.tensor.op.SortOp;
import dev.jacquard.tensor.op.WhereOp;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.List;

/// Group `index`.
final class IndexCases {
  private IndexCases() {}

  static OpTable table() {
    return new OpTable()
        .one(
            "embedding",
            c -> EmbeddingOp.apply(c.tensor("w"), c.ids("idx"), c.integer("padding_idx", -1)))
        .one("gather", c -> GatherOp.apply(c.x(), c.integer("dim"), c.ids("idx")))
        .one("index_select", c -> GatherOp.slices(c.x(), c.integer("dim"), c.ids("idx")))
        .one("scatter", IndexCases::scatter)
        .one(
            "scatter_add",
            c -> ScatterOp.add(c.x(), c.integer("dim"), c.ids("idx"), c.tensor("src")))
        .one("index", IndexCases::rows)
        .one(
            "index_put",
            c -> ScatterOp.slices(c.x(), 0, c.ids("idx"), c.tensor("src"), c.flag("accumulate")))
        .one("where", c -> WhereOp.apply(c.tensor("c"), c.tensor("a"), c.tensor("b")))
        .one("masked_fill", c -> WhereOp.fill(c.x(), c.tensor("mask"), c.number("value")))
        .many("topk", c -> parts(SortOp.first(c.x(), c.integer("k"), c.integer("dim"), true)))
        .many("sort", c -> parts(SortOp.apply(c.x(), c.integer("dim"), c.flag("descending"))))
        .one("argsort", c -> SortOp.apply(c.x(), c.integer("dim"), c.flag("descending")).ids())
        .one("argmax", c -> ArgMaxOp.apply(c.x(), c.integer("dim")))
        .one("argmin", c -> ArgMaxOp.argMin(c.x(), c.integer("dim")))
        .one("one_hot", c -> OneHotOp.apply(c.ids("idx"), c.integer("classes")))
        .one("bincount", c -> OneHotOp.count(c.ids("idx"), c.outputShape(0).intDim(0)))
        .one("searchsorted", c -> SearchSortedOp.apply(c.tensor("s"), c.x(), c.flag("right")));
  }

  private static List<Tensor> parts(SortOp.Sorted sorted) {
    return List.of(sorted.values(), sorted.ids());
  }

  private static Tensor scatter(OpArguments c) throws IOException {
    Tensor src =
        c.has("src")
            ? c.tensor("src")
            : Tensor.full(c.x().backend(), Shape.of(), c.number("value"));
    return ScatterOp.apply(c.x(), c.integer("dim"), c.ids("idx"), src);
  }

  /// Rows by number or by mask.
  private static Tensor rows(OpArguments c) throws IOException {
    if (c.has("mask")) {
      return MaskedRowsOp.apply(c.x(), c.tensor("mask"));
    }
    Tensor flat = c.ids("idx").reshape(-1);
    return GatherOp.slices(c.x(), 0, flat).reshape(c.outputShape(0).toArray());
  }
}
