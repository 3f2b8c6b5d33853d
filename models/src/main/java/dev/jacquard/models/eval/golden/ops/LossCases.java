package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.nn.loss.CrossEntropy;
import dev.jacquard.nn.loss.HingeLoss;
import dev.jacquard.nn.loss.ProbabilityLosses;
import dev.jacquard.nn.loss.Reduction;
import dev.jacquard.nn.loss.RegressionLosses;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.LogSoftmaxOp;
import dev.jacquard.tensor.op.LogSumExpOp;
import dev.jacquard.tensor.op.SoftmaxOp;
import java.io.IOException;
import java.util.Locale;

/// Group `softmax_loss`.
final class LossCases {
  private LossCases() {}

  static OpTable table() {
    return new OpTable()
        .one("softmax", c -> SoftmaxOp.apply(c.x(), c.integer("dim")))
        .one("log_softmax", c -> LogSoftmaxOp.apply(c.x(), c.integer("dim")))
        .one("logsumexp", c -> LogSumExpOp.apply(c.x(), c.integer("dim")))
        .one("cross_entropy", LossCases::crossEntropy)
        .one("mse_loss", c -> RegressionLosses.squared(c.x(), c.tensor("y")))
        .one("l1_loss", c -> RegressionLosses.absolute(c.x(), c.tensor("y")))
        .one(
            "smooth_l1_loss",
            c -> RegressionLosses.smoothAbsolute(c.x(), c.tensor("y"), c.number("beta", 1)))
        .one("bce_with_logits", c -> ProbabilityLosses.binary(c.x(), c.tensor("y")))
        .one(
            "kl_div",
            c -> ProbabilityLosses.divergence(LogSoftmaxOp.apply(c.x(), -1), c.tensor("y")))
        .one("hinge_d_loss", c -> HingeLoss.discriminator(c.x(), c.tensor("y")));
  }

  /// Classes stand on axis 1; targets of floating type are probabilities.
  private static Tensor crossEntropy(OpArguments c) throws IOException {
    Tensor logits = c.x();
    for (int axis = 1; axis < logits.shape().rank() - 1; axis++) {
      logits = logits.transpose(axis, axis + 1); // the classes travel to the end
    }
    if (c.tensor("target").dtype().isFloating()) {
      return CrossEntropy.ofProbabilities(logits, c.tensor("target"));
    }
    Reduction reduction = Reduction.valueOf(c.text("reduction").toUpperCase(Locale.ROOT));
    return CrossEntropy.apply(logits, c.ids("target"), c.number("label_smoothing", 0), reduction);
  }
}
