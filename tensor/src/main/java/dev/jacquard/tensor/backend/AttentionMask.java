package dev.jacquard.tensor.backend;

import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which keys a query sees, and what is added to their scores.
///
/// Query `t` sees the keys `from(t) .. to(t) - 1`: two numbers for each query describe causal,
/// block-causal, block-diagonal and prefix masks without a `T x S` matrix. Any other mask is a
/// *bias*, which is added to the scaled scores: `-∞` hides a key. Immutable, but for the bias's
/// elements.
///
/// Sequences of one batch may have different numbers of keys ([#ragged]): each then sees so many
/// keys fewer than the longest.
///
/// A query that sees nothing gets zeros and passes no gradient on. Differs: PyTorch gives NaN.
public final class AttentionMask {
  private final int keys;
  private final int[] from;
  private final int[] to;
  private final int[] missing; // keys that each sequence has less; empty if all have as many
  private final @Nullable TensorView bias;

  private AttentionMask(int keys, int[] from, int[] to) {
    this(keys, from, to, new int[0], null);
  }

  private AttentionMask(int keys, int[] from, int[] to, int[] missing, @Nullable TensorView bias) {
    this.keys = keys;
    this.from = from;
    this.to = to;
    this.missing = missing;
    this.bias = bias;
  }

  /// Every query sees every key.
  ///
  /// @param queries number of queries, `T`
  /// @param keys number of keys, `S`
  /// @return the mask
  public static AttentionMask full(int queries, int keys) {
    return prefix(queries, keys, keys);
  }

  /// Query `t` stands at position `S - T + t` and sees no later key, so a cache of older keys needs
  /// no argument of its own.
  ///
  /// @param queries number of queries, `T`
  /// @param keys number of keys, `S`
  /// @return the mask
  public static AttentionMask causal(int queries, int keys) {
    return prefix(queries, keys, 0);
  }

  /// For sequences of different lengths, whose keys begin at 0 each: query `t` of sequence `b`
  /// stands at position `lengths[b] - T + t` and sees no later key. No gradient flows through it.
  ///
  /// @param queries number of queries of each sequence, `T`
  /// @param lengths number of keys of each sequence, those of the queries included; the largest is
  ///   `S`
  /// @return the mask
  /// @throws ShapeException if a sequence has fewer keys than queries
  public static AttentionMask ragged(int queries, int... lengths) {
    int keys = Arrays.stream(lengths).max().orElse(0);
    int[] missing = Arrays.stream(lengths).map(length -> keys - length).toArray();
    if (Arrays.stream(lengths).anyMatch(length -> length < queries)) {
      throw new ShapeException(
          "attention mask: fewer keys than queries; lengths %s, %d queries"
              .formatted(Arrays.toString(lengths), queries));
    }
    AttentionMask longest = causal(queries, keys);
    return new AttentionMask(keys, longest.from, longest.to, missing, null);
  }

  /// As [#causal], but the first keys are seen by all: a prompt that is read in both directions.
  ///
  /// @param queries number of queries, `T`
  /// @param keys number of keys, `S`
  /// @param prefix number of keys that all queries see, at most `S`
  /// @return the mask
  /// @throws ShapeException if there are fewer keys
  public static AttentionMask prefix(int queries, int keys, int prefix) {
    if (prefix < 0 || prefix > keys) {
      throw new ShapeException(
          "attention mask: prefix leaves the keys; %d of %d".formatted(prefix, keys));
    }
    int[] to = new int[queries];
    for (int t = 0; t < queries; t++) {
      to[t] = Math.max(prefix, Math.clamp((long) keys - queries + t + 1, 0, keys));
    }
    return new AttentionMask(keys, new int[queries], to);
  }

  /// Queries and keys in blocks of neighbours: a query sees its own block and the earlier ones, as
  /// scales in next-scale prediction (Tian et al. 2024, arXiv:2404.02905, figure 4).
  ///
  /// @param sizes sizes of the blocks; `T` and `S` are their sum
  /// @return the mask
  public static AttentionMask blockCausal(int... sizes) {
    int[] ends = ends(sizes);
    return new AttentionMask(ends.length, new int[ends.length], ends);
  }

  /// Queries and keys in blocks of neighbours: a query sees its own block only, as when several
  /// sequences share a row.
  ///
  /// @param sizes sizes of the blocks; `T` and `S` are their sum
  /// @return the mask
  public static AttentionMask blockDiagonal(int... sizes) {
    int[] ends = ends(sizes);
    int[] starts = new int[ends.length];
    int t = 0;
    for (int size : sizes) {
      Arrays.fill(starts, t, t + size, t);
      t += size;
    }
    return new AttentionMask(ends.length, starts, ends);
  }

  /// One range of keys for each query.
  ///
  /// @param keys number of keys, `S`
  /// @param from first key that each query sees
  /// @param to one more than the last
  /// @return the mask
  /// @throws ShapeException if a range leaves the keys or the arrays differ in length
  public static AttentionMask ranges(int keys, int[] from, int[] to) {
    if (from.length != to.length) {
      throw new ShapeException(
          "attention mask: ranges differ in number; %d starts, %d ends"
              .formatted(from.length, to.length));
    }
    for (int t = 0; t < to.length; t++) {
      if (from[t] < 0 || to[t] > keys || to[t] < 0) {
        throw new ShapeException(
            "attention mask: range leaves the keys; query %d sees [%d, %d) of %d"
                .formatted(t, from[t], to[t], keys));
      }
    }
    return new AttentionMask(keys, from.clone(), to.clone());
  }

  private static int[] ends(int[] sizes) {
    int[] ends = new int[Arrays.stream(sizes).sum()];
    int t = 0;
    for (int size : sizes) {
      Arrays.fill(ends, t, t + size, t + size);
      t += size;
    }
    return ends;
  }

  /// This mask with numbers to add to the scores, in place of any it had.
  ///
  /// @param scores `[B, H, T, S]`, f32, any strides, 0 where it is the same for all
  /// @return a changed copy
  public AttentionMask withBias(TensorView scores) {
    return new AttentionMask(keys, from, to, missing, scores);
  }

  /// Number of queries.
  ///
  /// @return `T`
  public int queries() {
    return to.length;
  }

  /// Number of keys.
  ///
  /// @return `S`
  public int keys() {
    return keys;
  }

  /// The first key that a query sees.
  ///
  /// @param query its number
  /// @return 0 to `S`
  public int from(int query) {
    return from[query];
  }

  /// One more than the last key that a query sees.
  ///
  /// @param query its number
  /// @return 0 to `S`; not above [#from] if it sees nothing
  public int to(int query) {
    return to[query];
  }

  /// One more than the last key that a query of a sequence sees.
  ///
  /// @param sequence number of the sequence in its batch
  /// @param query its number
  /// @return as [#to(int)], less what the sequence lacks
  public int to(int sequence, int query) {
    return missing.length == 0 ? to[query] : to[query] - missing[sequence];
  }

  /// Whether sequences of the batch have different numbers of keys.
  ///
  /// @return true if [#to(int, int)] depends on the sequence
  public boolean isRagged() {
    return missing.length > 0;
  }

  /// Number of sequences that the mask is for.
  ///
  /// @return 0 if it is for any number
  public int sequences() {
    return missing.length;
  }

  /// What is added to the scaled scores.
  ///
  /// @return `[B, H, T, S]`, or null for nothing
  public @Nullable TensorView bias() {
    return bias;
  }
}
