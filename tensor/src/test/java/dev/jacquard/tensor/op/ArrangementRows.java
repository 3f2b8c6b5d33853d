package dev.jacquard.tensor.op;

import static dev.jacquard.tensor.op.OperatorRow.f32;
import static dev.jacquard.tensor.op.OperatorRow.i32;
import static dev.jacquard.tensor.op.OperatorRow.ids;
import static dev.jacquard.tensor.op.OperatorRow.row;

import dev.jacquard.tensor.op.OperatorRow.Argument;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;

/// Operators that arrange, look up, sort and draw.
final class ArrangementRows {
  private ArrangementRows() {}

  static List<OperatorRow> arrangements() {
    return List.of(
        row("ReshapeOp.apply", "reshape", x -> ReshapeOp.apply(x[0], 3, -1), f32(2, 3))
            .anyType(0)
            .refuses("[2, 3] to [4, -1]", x -> ReshapeOp.apply(x[0], 4, -1))
            .refuses("[2, 3] to [-1, -1]", x -> ReshapeOp.apply(x[0], -1, -1))
            .refuses("[2, 3] to [-2, -3]", x -> ReshapeOp.apply(x[0], -2, -3)),
        row("PermuteOp.apply", "permute", x -> PermuteOp.apply(x[0], 1, 0), f32(2, 3))
            .anyType(0)
            .refuses("axes [0, 0]", x -> PermuteOp.apply(x[0], 0, 0))
            .refuses("axes [0]", x -> PermuteOp.apply(x[0], 0))
            .refuses("axes [0, 2]", x -> PermuteOp.apply(x[0], 0, 2)),
        row("NarrowOp.apply", "narrow", x -> NarrowOp.apply(x[0], 1, 1, 2), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> NarrowOp.apply(x[0], axis, 0, 1))
            .refuses("[2, 4) of axis 1", x -> NarrowOp.apply(x[0], 1, 2, 2))
            .refuses("leaves the axis", x -> NarrowOp.apply(x[0], 1, -1, 2))
            .refuses("leaves the axis", x -> NarrowOp.apply(x[0], 1, 2, Long.MAX_VALUE)),
        row("SliceOp.apply", "slice", x -> SliceOp.apply(x[0], 1, 0, 3, 2), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> SliceOp.apply(x[0], axis, 0, 1, 1))
            .refuses("steps of 0", x -> SliceOp.apply(x[0], 1, 0, 3, 0))
            .refuses("[1, 4)", x -> SliceOp.apply(x[0], 1, 1, 4, 1)),
        row("SliceOp.select", "select", x -> SliceOp.select(x[0], 1, -1), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> SliceOp.select(x[0], axis, 0))
            .refuses("3 of axis 1", x -> SliceOp.select(x[0], 1, 3))
            .refuses("-4 of axis 1", x -> SliceOp.select(x[0], 1, -4)),
        row("SliceOp.split", "split", x -> SliceOp.split(x[0], 1, 1, 2), f32(2, 3))
            .anyType(0)
            .axis((x, axis) -> SliceOp.split(x[0], axis, 1))
            .refuses("[1, 1] on axis 1", x -> SliceOp.split(x[0], 1, 1, 1))
            .refuses("[5, -2] on axis 1", x -> SliceOp.split(x[0], 1, 5, -2)),
        row("ExpandOp.apply", "expand", x -> ExpandOp.apply(x[0], 4, 3), f32(3))
            .anyType(0)
            .anyShape(0)
            .refuses("shapes do not broadcast; [3] and [3, 4]", x -> ExpandOp.apply(x[0], 3, 4))
            .refuses("shapes differ; [3] and [1]", x -> ExpandOp.apply(x[0], 1)),
        row("ConcatOp.apply", "concat", x -> ConcatOp.apply(1, List.of(x)), f32(2, 3), f32(2, 1))
            .axis((x, axis) -> ConcatOp.apply(axis, List.of(x)))
            .refuses("shapes differ", f32(2, 3), f32(3, 3))
            .refuses("wrong number of axes", f32(2, 3), f32(2, 3, 1))
            .refuses("no tensors", _ -> ConcatOp.apply(0, List.of())),
        row("ConcatOp.stack", "stack", x -> ConcatOp.stack(2, List.of(x)), f32(2, 3), f32(2, 3))
            .refuses("3 among those of [2, 3]", x -> ConcatOp.stack(3, List.of(x)))
            .refuses("-1 among those", x -> ConcatOp.stack(-1, List.of(x)))
            .refuses("shapes differ; [2, 4] and [2, 3]", f32(2, 3), f32(2, 4))
            .refuses("no tensors", _ -> ConcatOp.stack(0, List.of())),
        row("PadOp.constant", "pad", x -> PadOp.constant(x[0], 1, 1, -1, 0), f32(2, 3))
            .axis((x, axis) -> PadOp.constant(x[0], axis, 1, 1, 0))
            .refuses("more is cut", x -> PadOp.constant(x[0], 1, -2, -2, 0)),
        row("PadOp.reflect", "pad", x -> PadOp.reflect(x[0], 1, 2, 2), f32(2, 3))
            .axis((x, axis) -> PadOp.reflect(x[0], axis, 0, 0))
            .refuses("nothing to mirror; 3 in front", x -> PadOp.reflect(x[0], 1, 3, 0)),
        row("PadOp.replicate", "pad", x -> PadOp.replicate(x[0], 1, 5, 2), f32(2, 3))
            .axis((x, axis) -> PadOp.replicate(x[0], axis, 0, 0))
            .refuses("-1 in front", x -> PadOp.replicate(x[0], 1, -1, 0))
            .refuses("nothing to repeat", f32(2, 0)),
        row("RearrangeOp.flip", "flip", x -> RearrangeOp.flip(x[0], 0, 1), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.flip(x[0], 0, axis)),
        row("RearrangeOp.roll", "roll", x -> RearrangeOp.roll(x[0], 1, -4), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.roll(x[0], axis, 1)),
        row("RearrangeOp.tile", "tile", x -> RearrangeOp.tile(x[0], 1, 2), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.tile(x[0], axis, 1))
            .refuses("negative number of times; -1", x -> RearrangeOp.tile(x[0], 1, -1)),
        row("RearrangeOp.repeat", "repeat", x -> RearrangeOp.repeat(x[0], 1, 2), f32(2, 3))
            .axis((x, axis) -> RearrangeOp.repeat(x[0], axis, 1))
            .refuses("negative number of times; -1", x -> RearrangeOp.repeat(x[0], 1, -1)),
        row(
                "RearrangeOp.apply",
                "rearrange",
                x -> RearrangeOp.apply(x[0], 1, 2, n -> 2 - n),
                f32(2, 3))
            .axis((x, axis) -> RearrangeOp.apply(x[0], axis, 1, n -> n))
            .refuses("3 at position 3", x -> RearrangeOp.apply(x[0], 1, 4, n -> n))
            .refuses("negative length; -1", x -> RearrangeOp.apply(x[0], 1, -1, n -> n)),
        row("TriangleOp.lower", "triangle", x -> TriangleOp.lower(x[0], 0), f32(2, 3))
            .refuses("too few axes; x [3]", f32(3)),
        row("TriangleOp.upper", "triangle", x -> TriangleOp.upper(x[0], 0), f32(2, 3))
            .refuses("too few axes; x [3]", f32(3)),
        row(
                "EinsumOp.apply",
                "einsum",
                x -> EinsumOp.apply("ij,jk->ki", x[0], x[1]),
                f32(2, 3),
                f32(3, 4))
            .refuses("a letter has two sizes", f32(2, 3), f32(4, 3))
            .refuses("letters do not fit the axes", f32(2, 3, 1), f32(3, 4))
            .refuses("no equation", x -> EinsumOp.apply("ij,jk", x[0], x[1]))
            .refuses("unknown", x -> EinsumOp.apply("ij,jk->ix", x[0], x[1])),
        row("MatmulOp.apply", "matmul", x -> MatmulOp.apply(x[0], x[1]), f32(2, 3), f32(3, 4))
            .refuses("inner sizes differ; a [2, 3], b [2, 3]", f32(2, 3), f32(2, 3))
            .refuses("do not broadcast", f32(2, 2, 3), f32(3, 3, 4))
            .refuses("too few axes; a [3]", f32(3), f32(3, 4)),
        row("LinearOp.apply", "linear", x -> LinearOp.apply(x[0], x[1]), f32(2, 3), f32(4, 3))
            .refuses("weight [3, 4]; need [3, 3]", f32(2, 3), f32(3, 4)),
        row(
                "PixelShuffleOp.apply",
                "pixelShuffle",
                x -> PixelShuffleOp.apply(x[0], 2),
                f32(1, 8, 2, 3))
            .anyType(0)
            .refuses("channels do not divide; x [1, 6, 2, 3], factor 2", f32(1, 6, 2, 3))
            .refuses("no factor; 0", x -> PixelShuffleOp.apply(x[0], 0)),
        row(
                "PixelShuffleOp.inverse",
                "pixelShuffle",
                x -> PixelShuffleOp.inverse(x[0], 2),
                f32(1, 3, 2, 4))
            .anyType(0)
            .refuses("sides do not divide; x [1, 8, 2, 3], factor 2", f32(1, 8, 2, 3))
            .refuses("no factor; -1", x -> PixelShuffleOp.inverse(x[0], -1)));
  }

  static List<OperatorRow> indexing() {
    return List.of(
        row("EmbeddingOp.apply", "embedding", x -> EmbeddingOp.apply(x[0], x[1]), f32(3, 2), i32(4))
            .anyShape(1)
            .refuses("id out of range; 3 at position 1", f32(3, 2), ids(0, 3))
            .refuses("id out of range; -1", f32(3, 2), ids(-1))
            .refuses("padding out of range; 3", x -> EmbeddingOp.apply(x[0], x[1], 3)),
        row("GatherOp.apply", "gather", x -> GatherOp.apply(x[0], 1, x[1]), f32(3, 2), i32(2, 4))
            .axis((x, axis) -> GatherOp.apply(x[0], axis, x[1]))
            .refuses("more ids than x has rows; x [3, 2], ids [4, 1]", f32(3, 2), i32(4, 1))
            .refuses(
                "id out of range; 2 at position 0; need 0 to 1",
                f32(3, 2),
                new Argument(DType.I32, Shape.of(1, 1), 2))
            .refuses( // in a view that is not contiguous, where it lies
                "id out of range; 4 at position 1; need 0 to 2",
                x -> GatherOp.apply(x[0], 0, x[1].transpose(0, 1)),
                f32(3, 2),
                new Argument(DType.I32, Shape.of(2, 3), 0, 1, 0, 4, 0, 0)),
        row("GatherOp.slices", "gather", x -> GatherOp.slices(x[0], 1, x[1]), f32(3, 2), i32(4))
            .axis((x, axis) -> GatherOp.slices(x[0], axis, x[1]))
            .refuses("id out of range; 5", f32(3, 2), ids(0, 5)),
        row(
                "ScatterOp.apply",
                "scatter",
                x -> ScatterOp.apply(x[0], 1, x[1], x[2]),
                f32(3, 2),
                i32(3, 4),
                f32(3, 1))
            .anyShape(2)
            .axis((x, axis) -> ScatterOp.apply(x[0], axis, x[1], x[2]))
            .refuses("shapes differ; [2, 2] and [3, 2]", f32(3, 2), i32(2, 4), f32(1))
            .refuses("do not broadcast", f32(3, 2), i32(3, 4), f32(3)),
        row(
                "ScatterOp.add",
                "scatterAdd",
                x -> ScatterOp.add(x[0], 1, x[1], x[2]),
                f32(3, 2),
                i32(3, 4),
                f32(3, 1))
            .anyShape(2)
            .axis((x, axis) -> ScatterOp.add(x[0], axis, x[1], x[2])),
        row(
                "ScatterOp.slices",
                "scatter",
                x -> ScatterOp.slices(x[0], 1, x[1], x[2], false),
                f32(3, 2),
                i32(4),
                f32(3, 4))
            .anyShape(2)
            .axis((x, axis) -> ScatterOp.slices(x[0], axis, x[1], x[2], false))
            .refuses("id out of range; 9", f32(3, 2), ids(9), f32(3, 1)),
        row("OneHotOp.apply", "oneHot", x -> OneHotOp.apply(x[0], 3), i32(4))
            .anyShape(0)
            .refuses("id out of range; 3", ids(1, 3)),
        row("OneHotOp.count", "count", x -> OneHotOp.count(x[0], 3), i32(4))
            .anyShape(0)
            .refuses("id out of range; -2", ids(1, -2)),
        row(
                "MaskedRowsOp.apply",
                "maskedRows",
                x -> MaskedRowsOp.apply(x[0], x[1]),
                f32(3, 2),
                i32(3))
            .anyType(1)
            .anyShape(1)
            .refuses("mask does not fit; x [3, 2], mask [2]", f32(3, 2), i32(2)),
        row(
                "SearchSortedOp.apply",
                "searchSorted",
                x -> SearchSortedOp.apply(x[0], x[1], true),
                f32(3),
                f32(2, 2))
            .anyShape(1)
            .refuses("wrong number of axes; sorted [3, 1]", f32(3, 1), f32(2)),
        row(
                "CrossEntropyOp.apply",
                "crossEntropy",
                x -> CrossEntropyOp.apply(x[0], x[1]),
                f32(2, 5),
                i32(2))
            .refuses("shapes differ; [2] and [3]", f32(2, 5), i32(3))
            .refuses(
                "label out of range; 5 at position 1; need 0 to 4",
                f32(2, 5),
                ids(CrossEntropyOp.IGNORE, 5)),
        row(
                "CrossEntropyOp.rows",
                "crossEntropy",
                x -> CrossEntropyOp.rows(x[0], x[1]),
                f32(2, 5),
                i32(2))
            .refuses("label out of range; -1", f32(2, 5), ids(0, -1)));
  }
}
