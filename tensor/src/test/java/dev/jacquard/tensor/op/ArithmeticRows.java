package dev.jacquard.tensor.op;

import static dev.jacquard.tensor.op.OperatorRow.f32;
import static dev.jacquard.tensor.op.OperatorRow.i32;
import static dev.jacquard.tensor.op.OperatorRow.one;
import static dev.jacquard.tensor.op.OperatorRow.row;
import static dev.jacquard.tensor.op.OperatorRow.two;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.random.RandomStream;
import java.util.List;

/// Operators on elements, products, and sums along axes.
final class ArithmeticRows {
  private static final RandomStream RANDOM = RandomStream.of(1);

  private ArithmeticRows() {}

  static List<OperatorRow> elementwise() {
    return List.of(
        two("AddOp.apply", "add", AddOp::apply),
        two("SubOp.apply", "sub", SubOp::apply),
        two("MulOp.apply", "mul", MulOp::apply),
        two("DivOp.apply", "div", DivOp::apply),
        two("PowOp.apply", "pow", PowOp::apply),
        two("Atan2Op.apply", "atan2", Atan2Op::apply),
        two("MaximumOp.apply", "maximum", MaximumOp::apply),
        two("MaximumOp.minimum", "minimum", MaximumOp::minimum),
        one("PowOp.apply", "pow", x -> PowOp.apply(x, 2)),
        one("PowOp.apply", "pow", x -> PowOp.apply(x, 1.5f)),
        one("ScaleOp.apply", "scale", x -> ScaleOp.apply(x, 2)),
        one("UnaryOp.apply", "gelu_tanh", x -> UnaryOp.apply(Unary.GELU_TANH, x)),
        one("SoftplusOp.apply", "softplus", SoftplusOp::apply),
        one("EluOp.apply", "elu", x -> EluOp.apply(x, 1)),
        one("LeakyReluOp.apply", "leakyRelu", x -> LeakyReluOp.apply(x, 1)),
        one("ClampOp.apply", "clamp", x -> ClampOp.apply(x, 0, 1))
            .refuses("no range; low 1.0, high 0.0", x -> ClampOp.apply(x[0], 1, 0)),
        row("SwiGluOp.apply", "swiGlu", x -> SwiGluOp.apply(x[0], x[1]), f32(2, 3), f32(2, 3))
            .refuses("shapes differ; [2, 3] and [3]", f32(2, 3), f32(3)),
        row(
                "WhereOp.apply",
                "where",
                x -> WhereOp.apply(x[0], x[1], x[2]),
                i32(2, 1),
                f32(2, 3),
                f32(3))
            .anyType(0)
            .anyShape(0, 1, 2)
            .refuses("do not broadcast", i32(3, 1), f32(2, 3), f32(3)),
        row("WhereOp.fill", "fill", x -> WhereOp.fill(x[0], x[1], 1), f32(2, 3), i32(3))
            .anyType(1)
            .anyShape(0, 1)
            .refuses("do not broadcast", f32(2, 3), i32(2)),
        row(
                "StraightThroughOp.apply",
                "straightThrough",
                x -> StraightThroughOp.apply(x[0], x[1]),
                f32(2),
                f32(2))
            .refuses("shapes differ; [2] and [3]", f32(2), f32(3)));
  }

  static List<OperatorRow> reductions() {
    return List.of(
        one("SumOp.apply", "sum", x -> SumOp.apply(x, 0))
            .axis((x, axis) -> SumOp.apply(x[0], axis)),
        one("AmaxOp.apply", "amax", x -> AmaxOp.apply(x))
            .axis((x, axis) -> AmaxOp.apply(x[0], axis))
            .refuses("nothing to compare", x -> AmaxOp.apply(x[0].narrow(0, 0, 0), 0)),
        one("AmaxOp.amin", "amin", x -> AmaxOp.amin(x))
            .axis((x, axis) -> AmaxOp.amin(x[0], 0, axis)),
        one("VarianceOp.mean", "mean", x -> VarianceOp.mean(x))
            .axis((x, axis) -> VarianceOp.mean(x[0], axis)),
        row("VarianceOp.apply", "variance", x -> VarianceOp.apply(x[0], 1, 0), f32(2, 3))
            .axis((x, axis) -> VarianceOp.apply(x[0], 0, axis))
            .refuses("too few elements; 2 of [2, 3]", x -> VarianceOp.apply(x[0], 2, 0)),
        one("EuclideanNormOp.apply", "euclideanNorm", x -> EuclideanNormOp.apply(x))
            .axis((x, axis) -> EuclideanNormOp.apply(x[0], axis)),
        row("NormalizeOp.apply", "normalize", x -> NormalizeOp.apply(x[0], 1, 1), f32(2, 3))
            .axis((x, axis) -> NormalizeOp.apply(x[0], axis, 1)),
        row("ArgMaxOp.apply", "argMax", x -> ArgMaxOp.apply(x[0], 1), f32(2, 3))
            .axis((x, axis) -> ArgMaxOp.apply(x[0], axis))
            .refuses("nothing to compare; axis 1", f32(2, 0)),
        row("ArgMaxOp.argMin", "argMin", x -> ArgMaxOp.argMin(x[0], 1), f32(2, 3))
            .axis((x, axis) -> ArgMaxOp.argMin(x[0], axis)),
        row("SortOp.apply", "sort", x -> SortOp.apply(x[0], 1, true), f32(2, 3))
            .axis((x, axis) -> SortOp.apply(x[0], axis, true)),
        row("SortOp.first", "sort", x -> SortOp.first(x[0], 2, 1, true), f32(2, 3))
            .axis((x, axis) -> SortOp.first(x[0], 1, axis, true))
            .refuses("4 along axis 1 of [2, 3]", x -> SortOp.first(x[0], 4, 1, true)),
        row("CumsumOp.apply", "cumsum", x -> CumsumOp.apply(x[0], 1), f32(2, 3))
            .axis((x, axis) -> CumsumOp.apply(x[0], axis)),
        row("CumprodOp.apply", "cumprod", x -> CumprodOp.apply(x[0], 1), f32(2, 3))
            .axis((x, axis) -> CumprodOp.apply(x[0], axis)),
        row("CumprodOp.product", "product", x -> CumprodOp.product(x[0], 1), f32(2, 3))
            .axis((x, axis) -> CumprodOp.product(x[0], axis))
            .refuses("no factors", f32(2, 0)),
        row("SoftmaxOp.apply", "softmax", x -> SoftmaxOp.apply(x[0], 0), f32(2, 3))
            .axis((x, axis) -> SoftmaxOp.apply(x[0], axis)),
        row("SoftmaxOp.apply", "softmax", x -> SoftmaxOp.apply(x[0]), f32(2, 3)),
        row("LogSoftmaxOp.apply", "logSoftmax", x -> LogSoftmaxOp.apply(x[0], 0), f32(2, 3))
            .axis((x, axis) -> LogSoftmaxOp.apply(x[0], axis)),
        row("LogSumExpOp.apply", "logSumExp", x -> LogSumExpOp.apply(x[0], 0), f32(2, 3))
            .axis((x, axis) -> LogSumExpOp.apply(x[0], axis)),
        row("GumbelOp.softmax", "gumbel", x -> GumbelOp.softmax(x[0], 1, RANDOM), f32(2, 3))
            .refuses("temperature 0.0", x -> GumbelOp.softmax(x[0], 0, RANDOM)),
        row("GumbelOp.oneHot", "gumbel", x -> GumbelOp.oneHot(x[0], 1, RANDOM), f32(2, 3))
            .refuses("temperature NaN", x -> GumbelOp.oneHot(x[0], Float.NaN, RANDOM)),
        row("GumbelOp.sample", "gumbel", x -> GumbelOp.sample(x[0], RANDOM), f32(2, 3))
            .refuses("no distribution; logits [2, 0]", f32(2, 0)));
  }
}
