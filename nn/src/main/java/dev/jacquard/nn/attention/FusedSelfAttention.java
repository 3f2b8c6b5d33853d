package dev.jacquard.nn.attention;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;

/// Self-attention whose queries, keys and values come from one product.
///
/// Parameters: `wqkv` `[(H + 2G) · D, C]`, its rows those of all queries, then keys, then values;
/// `wo` `[C, H · D]`; without biases. `H` query heads share `G` key and value heads (Ainslie et al.
/// 2023, arXiv:2305.13245).
public final class FusedSelfAttention implements Module {
  private final Parameters parameters;
  private final Linear input;
  private final Linear output;
  private final int nHeads;
  private final int nKvHeads;
  private final int headDim;

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param dim width of the model, `C`
  /// @param nHeads query heads, `H`
  /// @param nKvHeads key and value heads, `G`, a divisor of `H`
  /// @param headDim head size, `D`
  /// @param initializer how both weights start
  public FusedSelfAttention(
      Parameters p, int dim, int nHeads, int nKvHeads, int headDim, Initializer initializer) {
    this.parameters = p;
    this.nHeads = nHeads;
    this.nKvHeads = nKvHeads;
    this.headDim = headDim;
    int width = (nHeads + 2 * nKvHeads) * headDim;
    input = Linear.withoutBias(p.at("wqkv"), dim, width, initializer);
    output = Linear.withoutBias(p.at("wo"), nHeads * headDim, dim, initializer);
  }

  /// Attends.
  ///
  /// @param x `[B, T, C]`
  /// @param context places of the rows, what they see, and earlier rows
  /// @param layer number of this layer in the context's cache
  /// @return `[B, T, C]`
  public Tensor forward(Tensor x, AttentionContext context, int layer) {
    Tensor qkv = input.forward(x); // [B, T, (H + 2G)·D]
    Tensor q = heads(qkv, 0, nHeads); // [B, T, H, D]
    Tensor k = heads(qkv, nHeads, nKvHeads); // [B, T, G, D]
    Tensor v = heads(qkv, nHeads + nKvHeads, nKvHeads); // [B, T, G, D]
    Tensor y = context.attend(layer, q, k, v); // [B, T, H, D]
    return output.forward(y.reshape(x.shape().dim(0), x.shape().dim(1), -1));
  }

  /// Some neighbouring heads of the product.
  private Tensor heads(Tensor qkv, int first, int count) {
    return qkv.narrow(2, (long) first * headDim, (long) count * headDim)
        .reshape(qkv.shape().dim(0), qkv.shape().dim(1), count, headDim);
  }

  /// Packs the weights of all products for fast drawing; see [Linear#pack()].
  public void pack() {
    input.pack();
    output.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
