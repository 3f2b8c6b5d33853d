package dev.jacquard.models.var;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.tensor.backend.AttentionMask;
import org.jspecify.annotations.Nullable;

/// What the rows of one pass have in common in every block.
///
/// @param mask which keys each row sees, those of the cache first
/// @param cache coarser maps, extended by the pass; null if there are none
public record ScaleContext(AttentionMask mask, @Nullable KvCache cache) {

  /// Rows of one map that see each other and all that is in the cache.
  ///
  /// @param rows tokens of the map
  /// @param cache coarser maps; null for none
  /// @return the context
  public static ScaleContext map(int rows, @Nullable KvCache cache) {
    int before = cache == null ? 0 : cache.length();
    return new ScaleContext(AttentionMask.full(rows, before + rows), cache);
  }
}
