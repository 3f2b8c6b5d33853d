package dev.jacquard.models.eval.golden.ops;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ConvolutionGeometry;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.Conv2dOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.GroupNormOp;
import dev.jacquard.tensor.op.LayerNormOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.SumOp;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.List;

/// Group `composite`: small networks, told apart by their inputs.
final class CompositeCases {
  private static final float EPS = 1e-6f;

  private CompositeCases() {}

  static OpTable table() {
    return new OpTable().many("composite", CompositeCases::compute);
  }

  private static List<Tensor> compute(OpArguments c) throws IOException {
    if (c.has("z")) {
      return vectorQuantise(c.tensor("z"), c.tensor("e"));
    }
    if (c.has("g1")) {
      return List.of(convolutionBlock(c));
    }
    if (c.has("w1")) {
      return List.of(residualMlp(c));
    }
    if (c.has("c")) {
      return List.of(adaptiveNorm(c));
    }
    return List.of(c.has("e") ? straightThrough(c.x(), c.tensor("e")) : reuse(c));
  }

  private static Tensor reuse(OpArguments c) throws IOException {
    Tensor w = c.tensor("w");
    Tensor hidden = c.x().matmul(w).map(Unary.TANH);
    return hidden.matmul(w.transpose(0, 1)).add(c.x().mul(SumOp.apply(c.x(), -1)));
  }

  private static Tensor straightThrough(Tensor x, Tensor e) {
    return x.add(e.sub(x).detach());
  }

  private static Tensor residualMlp(OpArguments c) throws IOException {
    Tensor x = LayerNormOp.apply(c.x(), c.tensor("g"), c.tensor("be"), EPS);
    Tensor hidden = gelu(LinearOp.apply(x, c.tensor("w1")).add(c.tensor("b1")));
    return c.x().add(LinearOp.apply(hidden, c.tensor("w2")).add(c.tensor("b2")));
  }

  /// `x / 2 · (1 + tanh(√(2 / π) · (x + 0.044715 x³)))`.
  private static Tensor gelu(Tensor x) {
    Tensor inner = x.add(x.mul(x).mul(x).scale(0.044715f)).scale((float) Math.sqrt(2 / Math.PI));
    Tensor half = x.scale(0.5f);
    return half.add(half.mul(inner.map(Unary.TANH)));
  }

  private static Tensor convolutionBlock(OpArguments c) throws IOException {
    ConvolutionGeometry same = ConvolutionGeometry.of(1, 1);
    Tensor h = GroupNormOp.apply(c.x(), 4, c.tensor("g1"), c.tensor("b1"), EPS).map(Unary.SILU);
    h = Conv2dOp.apply(h, c.tensor("w1"), c.tensor("c1"), same).map(Unary.SILU);
    return c.x().add(Conv2dOp.apply(h, c.tensor("w2"), c.tensor("c2"), same));
  }

  private static Tensor adaptiveNorm(OpArguments c) throws IOException {
    Tensor x = c.x();
    Tensor six = LinearOp.apply(c.tensor("c").map(Unary.SILU), c.tensor("w")).add(c.tensor("b"));
    long width = x.shape().last();
    Tensor modulation = six.reshape(x.shape().dim(0), 1, 3 * width);
    Tensor scale = modulation.narrow(-1, 0, width);
    Tensor shift = modulation.narrow(-1, width, width);
    Tensor gate = modulation.narrow(-1, 2 * width, width);
    Tensor normal = LayerNormOp.apply(x, null, null, EPS);
    return x.add(gate.mul(normal.add(normal.mul(scale)).add(shift)));
  }

  private static List<Tensor> vectorQuantise(Tensor z, Tensor e) {
    Tensor ids = nearest(z.toFloats(), e);
    Tensor code = EmbeddingOp.apply(e, ids);
    Tensor codebook = code.sub(z.detach());
    Tensor commitment = z.sub(code.detach());
    Tensor loss = codebook.mul(codebook).mean().add(commitment.mul(commitment).mean().scale(0.25f));
    return List.of(loss, straightThrough(z, code), ids);
  }

  /// For each row of `z` the number of the nearest code.
  private static Tensor nearest(float[] z, Tensor codes) {
    float[] e = codes.toFloats();
    int width = codes.shape().intDim(1);
    int[] ids = new int[z.length / width];
    for (int i = 0; i < ids.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < e.length / width; k++) {
        double distance = 0;
        for (int j = 0; j < width; j++) {
          distance += Math.pow(z[i * width + j] - e[k * width + j], 2);
        }
        if (distance < least) {
          least = distance;
          ids[i] = k;
        }
      }
    }
    return Tensor.ofInts(codes.backend(), Shape.of(ids.length), ids);
  }
}
