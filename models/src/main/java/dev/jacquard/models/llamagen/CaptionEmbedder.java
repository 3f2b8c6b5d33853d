package dev.jacquard.models.llamagen;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.ExpandOp;
import dev.jacquard.tensor.shape.Shape;

/// Features of a caption through a network of two layers: `W₂ gelu(W₁ x)`.
///
/// Parameters: `cap_proj.fc1` `[C, E]`, `cap_proj.fc2` `[C, C]`, without biases; buffer
/// `uncond_embedding` `[K, E]`, the random features that stand for no caption.
public final class CaptionEmbedder implements ConditionEmbedder {
  private final Parameters parameters;
  private final Linear in;
  private final Linear out;
  private final Tensor none; // [K, E]

  CaptionEmbedder(Parameters p, LlamaGenConfig c) {
    this.parameters = p;
    Initializer normal = LlamaGenModel.NORMAL;
    in = Linear.withoutBias(p.at("cap_proj.fc1"), c.captionDim(), c.dim(), normal);
    out = Linear.withoutBias(p.at("cap_proj.fc2"), c.dim(), c.dim(), normal);
    none =
        p.buffer(
            LlamaGenWeights.NO_CAPTION,
            Shape.of(c.conditionTokens(), c.captionDim()),
            Initializer.normal((float) (1 / Math.sqrt(c.captionDim()))));
  }

  @Override
  public Tensor forward(Tensor condition) {
    return out.forward(in.forward(condition).map(Unary.GELU_TANH)); // [B, K, C]
  }

  @Override
  public Tensor none(int batch) {
    Shape shape = none.shape();
    Tensor one = none.reshape(1, shape.dim(0), shape.dim(1));
    return ExpandOp.apply(one, batch, shape.dim(0), shape.dim(1)).contiguous(); // [B, K, E]
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
