package dev.jacquard.nn.layer;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.shape.Shape;

/// A vector for each token.
///
/// Parameters: `weight` `[V, C]`.
public final class Embedding implements Module {
  private final Parameters parameters;
  private final Tensor weight;

  /// Builds the table.
  ///
  /// @param p where the parameter comes from
  /// @param vocabSize number of tokens, `V`
  /// @param dim width of a vector, `C`
  /// @param initializer how the table starts
  public Embedding(Parameters p, int vocabSize, int dim, Initializer initializer) {
    this.parameters = p;
    this.weight = p.matrix("weight", Shape.of(vocabSize, dim), initializer);
  }

  /// Looks tokens up.
  ///
  /// @param ids `[...]`, i32, each in `[0, V)`
  /// @return `[..., C]`
  public Tensor forward(Tensor ids) {
    return EmbeddingOp.apply(weight, ids);
  }

  /// The table.
  ///
  /// @return `[V, C]`
  public Tensor weight() {
    return weight;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
