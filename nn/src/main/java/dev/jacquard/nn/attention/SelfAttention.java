package dev.jacquard.nn.attention;

import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Module;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.op.AttentionOp;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Causal self-attention with grouped queries and rotary positions, as in Llama.
///
/// Parameters: `q_proj`, `k_proj`, `v_proj`, `o_proj`, each with a `weight` and perhaps a `bias`.
/// `H` query heads share `G` key and value heads (Ainslie et al. 2023, arXiv:2305.13245).
public final class SelfAttention implements Module {
  private final Parameters parameters;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;
  private final RotaryEmbedding rotary;
  private final int headDim;

  /// Builds the layer.
  ///
  /// @param p where the parameters come from
  /// @param dim width of the model, `C`
  /// @param nHeads query heads, `H`
  /// @param nKvHeads key and value heads, `G`, a divisor of `H`
  /// @param headDim head size, `D`
  /// @param hasBias whether the projections have biases
  /// @param rotary position embedding, shared by all layers
  /// @param input how the input projections start
  /// @param residual how the output projection starts
  public SelfAttention(
      Parameters p,
      int dim,
      int nHeads,
      int nKvHeads,
      int headDim,
      boolean hasBias,
      RotaryEmbedding rotary,
      Initializer input,
      Initializer residual) {
    this.parameters = p;
    this.rotary = rotary;
    this.headDim = headDim;
    query = Linear.of(p.at("q_proj"), dim, nHeads * headDim, hasBias, input);
    key = Linear.of(p.at("k_proj"), dim, nKvHeads * headDim, hasBias, input);
    value = Linear.of(p.at("v_proj"), dim, nKvHeads * headDim, hasBias, input);
    output = Linear.of(p.at("o_proj"), nHeads * headDim, dim, hasBias, residual);
  }

  /// Attends within a sequence, or from new positions to the cache and themselves.
  ///
  /// @param x `[B, T, C]`
  /// @param cache earlier positions, extended by this call; null if `x` is the whole sequence
  /// @param layer number of this layer in the cache
  /// @return `[B, T, C]`
  public Tensor forward(Tensor x, @Nullable KvCache cache, int layer) {
    Tensor q = turned(split(query.forward(x)), cache); // [B, T, H, D]
    Tensor k = turned(split(key.forward(x)), cache); // [B, T, G, D]
    Tensor v = split(value.forward(x)); // [B, T, G, D]
    Tensor y = cache == null ? attend(q, k, v) : attend(q, k, v, cache, layer); // [B, T, H, D]
    return output.forward(y.reshape(x.shape().dim(0), x.shape().dim(1), -1));
  }

  private Tensor turned(Tensor x, @Nullable KvCache cache) {
    if (cache == null) {
      return rotary.forward(x, 0);
    }
    return cache.isEven() ? rotary.forward(x, cache.length()) : rotary.forward(x, cache.lengths());
  }

  private Tensor attend(Tensor q, Tensor k, Tensor v) {
    return AttentionOp.apply(q, k, v, scale(), true);
  }

  /// Attends to what the cache holds and to the new positions, which it then holds too.
  private Tensor attend(Tensor q, Tensor k, Tensor v, KvCache cache, int layer) {
    cache.write(layer, k, v);
    int rows = q.shape().intDim(1);
    if (cache.isEven()) {
      long seen = (long) cache.length() + rows;
      return attend(q, cache.keys(layer, seen), cache.values(layer, seen)); // keys [B, S, G, D]
    }
    int[] seen = Arrays.stream(cache.lengths()).map(length -> length + rows).toArray();
    AttentionMask mask = AttentionMask.ragged(rows, seen);
    return AttentionOp.apply(
        q, cache.keys(layer, mask.keys()), cache.values(layer, mask.keys()), scale(), mask);
  }

  private float scale() {
    return (float) (1 / Math.sqrt(headDim));
  }

  /// The query projection.
  ///
  /// @return `[B, T, C]` to `[B, T, H·D]`
  public Linear query() {
    return query;
  }

  /// The key projection.
  ///
  /// @return `[B, T, C]` to `[B, T, G·D]`
  public Linear key() {
    return key;
  }

  /// Cuts the last axis into heads.
  ///
  /// @param x `[B, T, H·D]`
  /// @return `[B, T, H, D]`
  public Tensor split(Tensor x) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), -1, headDim);
  }

  /// Packs the weights of all products for fast drawing; see [Linear#pack()].
  public void pack() {
    query.pack();
    key.pack();
    value.pack();
    output.pack();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }
}
