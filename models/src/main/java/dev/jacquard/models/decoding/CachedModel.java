package dev.jacquard.models.decoding;

import dev.jacquard.nn.attention.KvCache;

/// A model that remembers what it has read as keys and values: what [CachedSession] asks of it.
public interface CachedModel {
  /// Rows of the cache that each sequence takes.
  ///
  /// @return 1, or 2 if every sequence is also read without its condition
  default int rowsPerSequence() {
    return 1;
  }

  /// Positions of the cache before the first token.
  ///
  /// @return 0, or the length of a condition that is read with the first tokens
  default int conditionLength() {
    return 0;
  }

  /// Whether tokens are predicted in blocks, each from the tokens before it.
  ///
  /// @return false if every token is predicted from all before it
  default boolean isBlockwise() {
    return false;
  }

  /// Number of tokens that are predicted at once.
  ///
  /// @param length number of tokens before them
  /// @return 1 unless tokens are predicted in blocks
  default int blockSize(int length) {
    return 1;
  }

  /// Number of tokens that share a position of the cache.
  ///
  /// @return 1 unless tokens are joined, of which then only whole positions are read
  default int tokensPerPosition() {
    return 1;
  }

  /// Takes memory for keys and values, in the current scope.
  ///
  /// @param rows largest number of rows
  /// @param positions largest number of tokens of a sequence
  /// @return an empty cache
  KvCache newCache(int rows, int positions);

  /// Reads tokens of some sequences.
  ///
  /// @param rows the cache's rows of these sequences, extended by this call; either all are empty
  ///   or none is
  /// @param numbers which sequences they are
  /// @param tokens `[B][T]`, new tokens; none at all if there is only a condition to read
  /// @param last after how many of the new tokens logits are wanted: 0 to `T`, or 1 after a
  ///   condition; of a blockwise model 0, or the size of the block that follows
  /// @return `[B, last, V]`
  float[] read(KvCache rows, int[] numbers, int[][] tokens, int last);
}
