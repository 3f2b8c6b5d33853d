package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;

/// Group `elementwise`.
final class ElementwiseCases {
  private ElementwiseCases() {}

  static OpTable table() {
    return new OpTable()
        .one("add", c -> c.tensor("a").add(c.tensor("b")))
        .one("sub", c -> c.tensor("a").sub(c.tensor("b")))
        .one("mul", c -> c.tensor("a").mul(c.tensor("b")))
        .one("div", c -> c.tensor("a").div(c.tensor("b")))
        .one("exp", c -> c.x().map(Unary.EXP))
        .one("log", c -> c.x().map(Unary.LOG))
        .one("sqrt", c -> c.x().map(Unary.SQRT))
        .one("neg", c -> c.x().map(Unary.NEG));
  }
}
