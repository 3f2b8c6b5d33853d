package dev.jacquard.tensor.op;

import static dev.jacquard.tensor.op.OperatorRow.f32;
import static dev.jacquard.tensor.op.OperatorRow.row;

import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.op.OperatorRow.Argument;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;

/// Operators on images, norms, attention and scans.
final class LayerRows {
  private static final ConvolutionGeometry PLAIN = ConvolutionGeometry.PLAIN;

  private LayerRows() {}

  static List<OperatorRow> images() {
    return List.of(
        row(
                "Conv2dOp.apply",
                "conv2d",
                x -> Conv2dOp.apply(x[0], x[1], x[2], PLAIN),
                f32(1, 3, 4, 4),
                f32(2, 3, 3, 3),
                f32(2))
            .refuses("channels differ", f32(1, 4, 4, 4), f32(2, 3, 3, 3), f32(2))
            .refuses("window exceeds", f32(1, 3, 2, 4), f32(2, 3, 3, 3), f32(2))
            .refuses("wrong shape; bias [3]", f32(1, 3, 4, 4), f32(2, 3, 3, 3), f32(3))
            .refuses("empty window", f32(1, 3, 4, 4), f32(2, 3, 0, 3), f32(2)),
        row(
                "Conv1dOp.apply",
                "conv1d",
                x -> Conv1dOp.apply(x[0], x[1], x[2], 1, 0, 0, 1, 1),
                f32(1, 3, 4),
                f32(2, 3, 3),
                f32(2))
            .refuses("channels differ; x [1, 4, 4]", f32(1, 4, 4), f32(2, 3, 3), f32(2))
            .refuses("window exceeds", f32(1, 3, 2), f32(2, 3, 3), f32(2)),
        row(
                "ConvTranspose2dOp.apply",
                "convTranspose2d",
                x -> ConvTranspose2dOp.apply(x[0], x[1], x[2], PLAIN),
                f32(1, 3, 4, 4),
                f32(3, 2, 3, 3),
                f32(2))
            .refuses("wrong shape; weight", f32(1, 4, 4, 4), f32(3, 2, 3, 3), f32(2))
            .refuses(
                "extra size out of range; 1, 0",
                x -> ConvTranspose2dOp.apply(x[0], x[1], x[2], PLAIN, 1, 0))
            .refuses(
                "padding cuts everything off",
                x -> ConvTranspose2dOp.apply(x[0], x[1], x[2], PLAIN.withPadding(3, 3))),
        row("UnfoldOp.apply", "unfold", x -> UnfoldOp.apply(x[0], 2, 2, PLAIN), f32(1, 2, 3, 3))
            .refuses("window exceeds", x -> UnfoldOp.apply(x[0], 4, 2, PLAIN))
            .refuses("empty window", x -> UnfoldOp.apply(x[0], 2, 0, PLAIN)),
        row(
                "MaxPool2dOp.apply",
                "maxPool2d",
                x -> MaxPool2dOp.apply(x[0], 2, 2, PLAIN),
                f32(1, 2, 3, 3))
            .refuses("window exceeds", x -> MaxPool2dOp.apply(x[0], 4, 2, PLAIN))
            .refuses("empty window; 2 x 0", x -> MaxPool2dOp.apply(x[0], 2, 0, PLAIN))
            .refuses(
                "lies in the padding", x -> MaxPool2dOp.apply(x[0], 2, 2, PLAIN.withPadding(2, 2))),
        row(
                "AveragePool2dOp.apply",
                "averagePool2d",
                x -> AveragePool2dOp.apply(x[0], 2, 2, PLAIN),
                f32(1, 2, 3, 3))
            .refuses("window exceeds", x -> AveragePool2dOp.apply(x[0], 2, 4, PLAIN))
            .refuses("empty window; 0 x 2", x -> AveragePool2dOp.apply(x[0], 0, 2, PLAIN)),
        row(
                "ResizeOp.apply",
                "resize",
                x -> ResizeOp.apply(x[0], Interpolation.LINEAR, 2, 2),
                f32(2, 3, 3))
            .refuses("too few axes; x [3]; need 2", f32(3))
            .refuses("size 0", x -> ResizeOp.apply(x[0], Interpolation.LINEAR, 2, 0)),
        row("FourierOp.real", "fourier", x -> FourierOp.real(x[0]), f32(2, 6))
            .refuses("no points; [2, 0]", f32(2, 0)),
        row("FourierOp.realInverse", "fourier", x -> FourierOp.realInverse(x[0], 6), f32(4, 2))
            .refuses("spectrum [3, 2] for length 6; need 4", f32(3, 2))
            .refuses("not complex; spectrum [4, 3]", f32(4, 3)),
        row("FourierOp.complex", "fourier", x -> FourierOp.complex(x[0], 0), f32(4, 2))
            .axis((x, axis) -> FourierOp.complex(x[0], axis))
            .refuses("holds real and imaginary part", x -> FourierOp.complex(x[0], 1))
            .refuses("no points", f32(0, 2)),
        row(
                "FourierOp.complexInverse",
                "fourier",
                x -> FourierOp.complexInverse(x[0], 0),
                f32(4, 2))
            .axis((x, axis) -> FourierOp.complexInverse(x[0], axis)),
        row("FourierOp.real2d", "fourier", x -> FourierOp.real2d(x[0]), f32(3, 6))
            .refuses("too few axes; x [6]", f32(6)),
        row(
                "FourierOp.realInverse2d",
                "fourier",
                x -> FourierOp.realInverse2d(x[0], 6),
                f32(3, 4, 2))
            .refuses("too few axes; spectrum [4, 2]", f32(4, 2))
            .refuses("for length 6; need 4", f32(3, 3, 2)),
        row("CosineOp.apply", "cosine", x -> CosineOp.apply(x[0], 0), f32(4, 2))
            .axis((x, axis) -> CosineOp.apply(x[0], axis))
            .refuses("no points", f32(0, 2)),
        row("CosineOp.inverse", "cosine", x -> CosineOp.inverse(x[0], 0), f32(4, 2))
            .axis((x, axis) -> CosineOp.inverse(x[0], axis)),
        row("CosineOp.apply2d", "cosine", x -> CosineOp.apply2d(x[0]), f32(4, 2))
            .refuses("too few axes; x [4]", f32(4)),
        row("CosineOp.inverse2d", "cosine", x -> CosineOp.inverse2d(x[0]), f32(4, 2))
            .refuses("too few axes; x [4]", f32(4)));
  }

  static List<OperatorRow> norms() {
    return List.of(
        row("RmsNormOp.apply", "rmsNorm", x -> RmsNormOp.apply(x[0], x[1], 1), f32(2, 3), f32(3))
            .refuses("w [2]; need [3]", f32(2, 3), f32(2)),
        row(
                "LayerNormOp.apply",
                "layerNorm",
                x -> LayerNormOp.apply(x[0], x[1], x[2], 1),
                f32(2, 3),
                f32(3),
                f32(3))
            .refuses("b [2]; need [3]", f32(2, 3), f32(3), f32(2)),
        row(
                "GroupNormOp.apply",
                "groupNorm",
                x -> GroupNormOp.apply(x[0], 2, x[1], x[2], 1),
                f32(2, 4, 3),
                f32(4),
                f32(4))
            .refuses("w [2]; need [4]", f32(2, 4, 3), f32(2), f32(4))
            .refuses("x [2, 3], groups 2", f32(2, 3), f32(3), f32(3)),
        row(
                "BatchNormOp.train",
                "batchNorm",
                x -> BatchNormOp.train(x[0], x[1], x[2], 1),
                f32(2, 4, 3),
                f32(4),
                f32(4))
            .refuses("w [2]; need [4]", f32(2, 4, 3), f32(2), f32(4))
            .refuses("empty batch", f32(0, 4, 3), f32(4), f32(4)),
        row(
                "BatchNormOp.infer",
                "batchNorm",
                x -> BatchNormOp.infer(x[0], x[1], x[2], x[3], x[4], 1),
                f32(2, 4, 3),
                f32(4),
                f32(4),
                f32(4),
                f32(4))
            .refuses("variance [3]; need [4]", f32(2, 4, 3), f32(4), f32(4), f32(4), f32(3)));
  }

  static List<OperatorRow> sequences() {
    Argument q = f32(1, 2, 4, 6);
    Argument k = f32(1, 3, 2, 6);
    Argument table = f32(5, 3);
    return List.of(
        row(
                "AttentionOp.apply",
                "attention",
                x -> AttentionOp.apply(x[0], x[1], x[2], 1, true),
                q,
                k,
                k)
            .refuses("heads do not group; q has 3, k has 2", f32(1, 2, 3, 6), k, k)
            .refuses("fewer keys than queries", f32(1, 4, 2, 6), k, k)
            .refuses("wrong shape; k [1, 3, 2, 5]; need [1, 3, 2, 6]", q, f32(1, 3, 2, 5), k)
            .refuses("wrong shape; v", q, k, f32(1, 2, 2, 6)),
        row(
                "AttentionOp.apply",
                "attention",
                x -> AttentionOp.apply(x[0], x[1], x[2], 1, AttentionMask.full(2, 3), x[3]),
                q,
                k,
                k,
                f32(2, 3))
            .anyShape(3)
            .refuses("do not broadcast", q, k, k, f32(3, 3))
            .refuses("mask for other lengths", f32(1, 1, 4, 6), k, k, f32(1, 3)),
        row(
                "AttentionOp.bias",
                "attention",
                x -> AttentionOp.bias(x[0]),
                new Argument(DType.U8, Shape.of(2, 3)))
            .anyShape(0),
        row("RotaryOp.apply", "rotary", x -> RotaryOp.apply(x[0], x[1], x[2], 3), q, table, table)
            .refuses("positions [4, 6) leave", x -> RotaryOp.apply(x[0], x[1], x[2], 4))
            .refuses("heads do not fit the table; x [1, 2, 4, 7]", f32(1, 2, 4, 7), table, table)
            .refuses("shapes differ", q, table, f32(4, 3)),
        row(
                "RotaryOp.interleaved",
                "rotary",
                x -> RotaryOp.interleaved(x[0], x[1], x[2], 3),
                q,
                table,
                table)
            .refuses("positions [-1, 1) leave", x -> RotaryOp.interleaved(x[0], x[1], x[2], -1)),
        row(
                "RecurrenceOp.apply",
                "recurrence",
                x -> RecurrenceOp.apply(x[0], x[1], 0, 1),
                f32(2, 3),
                f32(2, 3))
            .axis((x, axis) -> RecurrenceOp.apply(x[0], x[1], 0, axis))
            .refuses("shapes differ", f32(2, 3), f32(2, 4)),
        row(
                "CarriedStateOp.apply",
                "carriedState",
                x -> CarriedStateOp.apply(x[0], x[1], x[2]),
                f32(1, 2, 3, 4, 5),
                f32(1, 2, 3),
                f32(1, 3, 4, 5))
            .refuses("decays", f32(1, 2, 3, 4, 5), f32(1, 3, 3), f32(1, 3, 4, 5))
            .refuses("initial", f32(1, 2, 3, 4, 5), f32(1, 2, 3), f32(1, 3, 5, 5)),
        row(
                "LinearAttentionOp.apply",
                "linearAttention",
                x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3], x[4], 2),
                f32(1, 3, 2, 4),
                f32(1, 3, 2, 4),
                f32(1, 3, 4, 5),
                f32(1, 3, 4),
                f32(1, 4, 4, 5))
            .refuses(
                "heads do not group",
                f32(1, 3, 2, 4),
                f32(1, 3, 2, 4),
                f32(1, 3, 3, 5),
                f32(1, 3, 3),
                f32(1, 3, 4, 5))
            .refuses(
                "initial",
                f32(1, 3, 2, 4),
                f32(1, 3, 2, 4),
                f32(1, 3, 4, 5),
                f32(1, 3, 4),
                f32(1, 4, 5, 5))
            .refuses("chunks of 0", x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3], x[4], 0)),
        row(
            "LinearAttentionOp.apply",
            "linearAttention",
            x -> LinearAttentionOp.apply(x[0], x[1], x[2], x[3], 2),
            f32(1, 3, 2, 4),
            f32(1, 3, 2, 4),
            f32(1, 3, 4, 5),
            f32(1, 4, 4, 5)),
        row(
                "SelectiveScanOp.apply",
                "selectiveScan",
                x -> SelectiveScanOp.apply(x[0], x[1], x[2], x[3], x[4], x[5], 2),
                f32(1, 4, 2, 3),
                f32(1, 4, 2),
                f32(2),
                f32(1, 4, 1, 5),
                f32(1, 4, 1, 5),
                f32(1, 2, 5, 3))
            .refuses(
                "a [3]; need [2]",
                f32(1, 4, 2, 3),
                f32(1, 4, 2),
                f32(3),
                f32(1, 4, 1, 5),
                f32(1, 4, 1, 5),
                f32(1, 2, 5, 3))
            .refuses(
                "chunks of 0", x -> SelectiveScanOp.apply(x[0], x[1], x[2], x[3], x[4], x[5], 0)));
  }
}
