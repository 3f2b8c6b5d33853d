package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.EluOp;
import dev.jacquard.tensor.op.LeakyReluOp;
import dev.jacquard.tensor.op.SoftplusOp;
import dev.jacquard.tensor.op.SwiGluOp;
import java.io.IOException;

/// Group `activation`.
final class ActivationCases {
  private static final float QUICK = 1.702f;

  private ActivationCases() {}

  static OpTable table() {
    return new OpTable()
        .one("gelu_tanh", c -> c.x().map(Unary.GELU_TANH))
        .one("gelu_erf", c -> c.x().map(Unary.GELU))
        .one("silu", c -> c.x().map(Unary.SILU))
        .one("relu", c -> c.x().map(Unary.RELU))
        .one("sigmoid", c -> c.x().map(Unary.SIGMOID))
        .one("tanh", c -> c.x().map(Unary.TANH))
        .one("erf", c -> c.x().map(Unary.ERF))
        .one("leaky_relu", c -> LeakyReluOp.apply(c.x(), c.number("slope")))
        .one("elu", c -> EluOp.apply(c.x(), c.number("alpha", 1)))
        .one("softplus", ActivationCases::softplus)
        .one("logsigmoid", c -> SoftplusOp.apply(c.x().scale(-1)).scale(-1))
        .one("quick_gelu", c -> c.x().scale(QUICK).map(Unary.SILU).scale(1 / QUICK))
        .one("swiglu", c -> SwiGluOp.apply(c.tensor("a"), c.tensor("b")));
  }

  /// `ln(1 + exp(beta · x)) / beta`; above its threshold the reference returns `x`, which is the
  /// same number.
  private static Tensor softplus(OpArguments c) throws IOException {
    float beta = c.number("beta", 1);
    return SoftplusOp.apply(c.x().scale(beta)).scale(1 / beta);
  }
}
