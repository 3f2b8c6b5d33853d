package dev.jacquard.models.llamagen;

import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Embedding;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;

/// A vector for each class; the last row of the table stands for none.
///
/// Parameters: `embedding_table` `[classes + 1, C]`.
public final class ClassEmbedder implements ConditionEmbedder {
  private final Parameters parameters;
  private final Embedding table;
  private final int nClasses;

  ClassEmbedder(Parameters p, LlamaGenConfig c) {
    this.parameters = p;
    this.nClasses = c.nClasses();
    this.table =
        new Embedding(p.at("embedding_table"), nClasses + 1, c.dim(), LlamaGenModel.NORMAL);
  }

  @Override
  public Tensor forward(Tensor condition) {
    return table.forward(condition).reshape(condition.shape().dim(0), 1, -1); // [B, 1, C]
  }

  @Override
  public Tensor none(int batch) {
    int[] classes = new int[batch];
    Arrays.fill(classes, nClasses);
    return Tensor.ofInts(parameters.backend(), Shape.of(batch), classes);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
