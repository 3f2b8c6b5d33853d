package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.Atan2Op;
import dev.jacquard.tensor.op.ClampOp;
import dev.jacquard.tensor.op.MaximumOp;
import dev.jacquard.tensor.op.PowOp;
import dev.jacquard.tensor.op.StraightThroughOp;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.Locale;

/// Group `elementwise`.
final class ElementwiseCases {
  private ElementwiseCases() {}

  static OpTable table() {
    OpTable table =
        new OpTable()
            .one("add", c -> c.tensor("a").add(c.tensor("b")))
            .one("sub", c -> c.tensor("a").sub(c.tensor("b")))
            .one("mul", c -> c.tensor("a").mul(c.tensor("b")))
            .one("div", c -> c.tensor("a").div(c.tensor("b")))
            .one("maximum", c -> MaximumOp.apply(c.tensor("a"), c.tensor("b")))
            .one("minimum", c -> MaximumOp.minimum(c.tensor("a"), c.tensor("b")))
            .one("rsub", c -> scalar(c.x(), c.number("scalar")).sub(c.x()))
            .one("rdiv", c -> scalar(c.x(), c.number("scalar")).div(c.x()))
            .one("pow", ElementwiseCases::pow)
            .one("clamp", ElementwiseCases::clamp)
            .one("lerp", ElementwiseCases::lerp)
            .one("atan2", c -> Atan2Op.apply(c.tensor("a"), c.tensor("b")))
            .one("straight_through", ElementwiseCases::roundedTanh);
    for (Unary f : Unary.values()) {
      table.one(f.name().toLowerCase(Locale.ROOT), c -> c.x().map(f));
    }
    return table;
  }

  private static Tensor pow(OpArguments c) throws IOException {
    if (c.isGiven("exponent")) {
      return PowOp.apply(c.x(), c.number("exponent"));
    }
    return c.isGiven("base")
        ? PowOp.apply(scalar(c.x(), c.number("base")), c.x())
        : PowOp.apply(c.tensor("a"), c.tensor("b"));
  }

  private static Tensor clamp(OpArguments c) throws IOException {
    float low = c.number("min", Float.NEGATIVE_INFINITY);
    return ClampOp.apply(c.x(), low, c.number("max", Float.POSITIVE_INFINITY));
  }

  /// `a + weight · (b - a)`.
  private static Tensor lerp(OpArguments c) throws IOException {
    Tensor a = c.tensor("a");
    return a.add(c.tensor("b").sub(a).scale(c.number("weight")));
  }

  /// Finite scalar quantisation to five levels: `round(2 tanh x)` with the gradient of `2 tanh x`.
  private static Tensor roundedTanh(OpArguments c) throws IOException {
    Tensor y = c.x().map(Unary.TANH).scale(2);
    return StraightThroughOp.apply(y, y.detach().map(Unary.ROUND));
  }

  private static Tensor scalar(Tensor like, float value) {
    return Tensor.full(like.backend(), Shape.of(), value);
  }
}
