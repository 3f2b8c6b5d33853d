package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.op.RotaryOp;
import dev.jacquard.tensor.shape.DType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Group `attention`. Cases have heads before positions, `[B, H, T, D]`; operators after.
final class AttentionCases {
  private AttentionCases() {}

  static OpTable table() {
    return new OpTable()
        .one("sdpa", AttentionCases::attention)
        .one("rope_half_split", c -> exchanged(RotaryOp.apply(x(c), cos(c), sin(c), 0)))
        .one("rope_interleaved", c -> exchanged(RotaryOp.interleaved(x(c), cos(c), sin(c), 0)));
  }

  private static Tensor attention(OpArguments c) throws IOException {
    Tensor q = exchanged(c.tensor("q"));
    Tensor k = exchanged(c.tensor("k"));
    Tensor v = exchanged(c.tensor("v"));
    int queries = q.shape().intDim(1);
    int keys = k.shape().intDim(1);
    float scale = c.number("scale", (float) (1 / Math.sqrt(q.shape().intDim(-1))));
    AttentionMask mask =
        c.flag("causal") ? AttentionMask.causal(queries, keys) : AttentionMask.full(queries, keys);
    return exchanged(AttentionOp.apply(q, k, v, scale, mask, bias(c)));
  }

  /// A mask of booleans says what may be seen, one of numbers is added to the scores.
  private static @Nullable Tensor bias(OpArguments c) throws IOException {
    if (!c.has("mask")) {
      return null;
    }
    Tensor mask = c.tensor("mask");
    return mask.dtype() == DType.U8 ? AttentionOp.bias(mask) : mask;
  }

  private static Tensor x(OpArguments c) throws IOException {
    return exchanged(c.x());
  }

  private static Tensor cos(OpArguments c) throws IOException {
    return c.tensor("cos");
  }

  private static Tensor sin(OpArguments c) throws IOException {
    return c.tensor("sin");
  }

  private static Tensor exchanged(Tensor x) {
    return x.transpose(1, 2);
  }
}
