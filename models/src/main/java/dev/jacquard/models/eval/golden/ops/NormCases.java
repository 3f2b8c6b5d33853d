package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.BatchNormOp;
import dev.jacquard.tensor.op.GroupNormOp;
import dev.jacquard.tensor.op.LayerNormOp;
import dev.jacquard.tensor.op.NormalizeOp;
import dev.jacquard.tensor.op.RmsNormOp;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Group `norm`.
final class NormCases {
  private NormCases() {}

  static OpTable table() {
    return new OpTable()
        .one("group_norm", NormCases::groupNorm)
        .one("layer_norm", NormCases::layerNorm)
        .one("rms_norm", c -> RmsNormOp.apply(c.x(), c.tensor("w"), c.number("eps")))
        .one("normalize", c -> NormalizeOp.apply(c.x(), c.integer("dim"), c.number("eps")))
        .one("batch_norm", NormCases::batchNorm);
  }

  private static Tensor groupNorm(OpArguments c) throws IOException {
    return GroupNormOp.apply(
        c.x(), c.integer("groups"), flat(c, "w"), flat(c, "b"), c.number("eps"));
  }

  /// A norm over several axes is one over a single, flattened.
  private static Tensor layerNorm(OpArguments c) throws IOException {
    Tensor x = c.x();
    for (int i = 1; i < c.integer("dims"); i++) {
      long[] sizes = x.shape().dropLast().toArray();
      sizes[sizes.length - 1] *= x.shape().last();
      x = x.reshape(sizes);
    }
    Tensor y = LayerNormOp.apply(x, flat(c, "w"), flat(c, "b"), c.number("eps"));
    return y.reshape(c.x().shape().toArray());
  }

  private static Tensor batchNorm(OpArguments c) throws IOException {
    float eps = c.number("eps");
    return c.flag("training")
        ? BatchNormOp.train(c.x(), flat(c, "w"), flat(c, "b"), eps)
        : BatchNormOp.infer(
            c.x(), flat(c, "w"), flat(c, "b"), c.tensor("mean"), c.tensor("var"), eps);
  }

  private static @Nullable Tensor flat(OpArguments c, String name) throws IOException {
    return c.has(name) ? c.tensor(name).reshape(-1) : null;
  }
}
