package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.AmaxOp;
import dev.jacquard.tensor.op.ArgMaxOp;
import dev.jacquard.tensor.op.CumprodOp;
import dev.jacquard.tensor.op.CumsumOp;
import dev.jacquard.tensor.op.EuclideanNormOp;
import dev.jacquard.tensor.op.GatherOp;
import dev.jacquard.tensor.op.MaximumOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.op.VarianceOp;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/// Group `reduce`.
final class ReduceCases {
  private ReduceCases() {}

  static OpTable table() {
    return new OpTable()
        .one("sum", c -> shaped(c, SumOp.apply(c.x(), axes(c))))
        .one("mean", c -> shaped(c, VarianceOp.mean(c.x(), axes(c))))
        .one("var", c -> shaped(c, variance(c)))
        .one("std", c -> shaped(c, variance(c).map(Unary.SQRT)))
        .one("prod", c -> shaped(c, CumprodOp.product(c.x(), c.integer("dim"))))
        .one("norm", c -> shaped(c, EuclideanNormOp.apply(c.x(), axes(c))))
        .one("cumsum", c -> CumsumOp.apply(c.x(), c.integer("dim")))
        .one("cumprod", c -> CumprodOp.apply(c.x(), c.integer("dim")))
        .one("amax", c -> shaped(c, AmaxOp.apply(c.x(), axes(c))))
        .one("amin", c -> shaped(c, AmaxOp.amin(c.x(), axes(c))))
        .many("max", c -> extreme(c, true))
        .many("min", c -> extreme(c, false))
        .one("argmax", c -> ArgMaxOp.apply(c.x(), c.integer("dim")))
        .one("argmin", c -> ArgMaxOp.argMin(c.x(), c.integer("dim")))
        .one("maximum", c -> MaximumOp.apply(c.tensor("a"), c.tensor("b")));
  }

  private static Tensor variance(OpArguments c) throws IOException {
    return VarianceOp.apply(c.x(), c.flag("unbiased") ? 1 : 0, axes(c));
  }

  /// Along an axis, value and index of the first of equals, which alone gets the gradient; over
  /// everything, the value, whose gradient equals share.
  private static List<Tensor> extreme(OpArguments c, boolean largest) throws IOException {
    if (!c.isGiven("dim")) {
      Tensor y = largest ? AmaxOp.apply(c.x(), axes(c)) : AmaxOp.amin(c.x(), axes(c));
      return List.of(shaped(c, y));
    }
    int axis = c.integer("dim");
    Tensor ids = largest ? ArgMaxOp.apply(c.x(), axis) : ArgMaxOp.argMin(c.x(), axis);
    long[] kept = c.x().shape().with(axis, 1).toArray();
    Tensor values = shaped(c, GatherOp.apply(c.x(), axis, ids.reshape(kept)));
    return c.outputShapes().size() == 1 ? List.of(values) : List.of(values, ids);
  }

  /// The axes of attribute `dim`, or all of them.
  private static int[] axes(OpArguments c) throws IOException {
    return c.isGiven("dim")
        ? c.integers("dim")
        : IntStream.range(0, c.x().shape().rank()).toArray();
  }

  /// Drops reduced axes where the case asks for it.
  private static Tensor shaped(OpArguments c, Tensor y) {
    return y.reshape(c.outputShape(0).toArray());
  }
}
