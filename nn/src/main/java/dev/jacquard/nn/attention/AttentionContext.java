package dev.jacquard.nn.attention;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.AttentionMask;
import dev.jacquard.tensor.op.AttentionOp;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the rows of one pass have in common in every block: how their places turn them, what they
/// see, and where the earlier ones are kept.
///
/// Shapes: `T` rows of this pass; `S` rows that they may see, those of the cache first.
///
/// @param rotary the places
/// @param from position of the first row in `rotary`; the others follow. Unused where sequences of
///   the cache differ in length
/// @param mask which of `S` keys each of `T` queries sees
/// @param bias f32, added to the scaled scores, of a shape that broadcasts to `[B, H, T, S]`; null
///   for nothing
/// @param cache earlier rows, extended by the pass; null if there are none
public record AttentionContext(
    RotaryEmbedding rotary,
    int from,
    AttentionMask mask,
    @Nullable Tensor bias,
    @Nullable KvCache cache) {

  /// Rows that continue a cache, or whole sequences: each sees itself and what came before.
  /// Sequences of the cache may have different lengths.
  ///
  /// @param rotary the places, in the order of the rows
  /// @param rows number of rows of this pass, `T`
  /// @param cache earlier rows; null if there are none
  /// @return the context, without bias
  public static AttentionContext causal(RotaryEmbedding rotary, int rows, @Nullable KvCache cache) {
    if (cache != null && !cache.isEven()) {
      int[] seen = Arrays.stream(cache.lengths()).map(length -> length + rows).toArray();
      return new AttentionContext(rotary, 0, AttentionMask.ragged(rows, seen), null, cache);
    }
    int from = cache == null ? 0 : cache.length();
    return new AttentionContext(rotary, from, AttentionMask.causal(rows, from + rows), null, cache);
  }

  /// The same with numbers to add to the scores.
  ///
  /// @param scores f32, broadcasts to `[B, H, T, S]`
  /// @return a changed copy
  public AttentionContext withBias(Tensor scores) {
    return new AttentionContext(rotary, from, mask, scores, cache);
  }

  /// Turns queries and keys, remembers keys and values, and attends, with the scale `1 / √D`.
  ///
  /// @param layer number of the layer in the cache
  /// @param q `[B, T, H, D]`
  /// @param k `[B, T, G, D]`
  /// @param v `[B, T, G, D]`
  /// @return `[B, T, H, D]`
  public Tensor attend(int layer, Tensor q, Tensor k, Tensor v) {
    Tensor turned = turned(q); // [B, T, H, D]
    Tensor keys = turned(k); // [B, T, G, D]
    Tensor values = v;
    if (cache != null) {
      cache.write(layer, keys, v);
      keys = cache.keys(layer, mask.keys()); // [B, S, G, D]
      values = cache.values(layer, mask.keys()); // [B, S, G, D]
    }
    float scale = (float) (1 / Math.sqrt(q.shape().intDim(3)));
    return AttentionOp.apply(turned, keys, values, scale, mask, bias); // [B, T, H, D]
  }

  private Tensor turned(Tensor x) {
    return cache == null || cache.isEven()
        ? rotary.forward(x, from)
        : rotary.forward(x, cache.lengths());
  }
}
