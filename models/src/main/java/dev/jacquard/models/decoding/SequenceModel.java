package dev.jacquard.models.decoding;

/// A model of token sequences as decoding loops see it.
public interface SequenceModel {
  /// Number of tokens.
  ///
  /// @return `V`
  int vocabSize();

  /// Largest number of positions of a sequence.
  ///
  /// @return the context length
  int maxSeqLen();

  /// Starts sequences that grow together.
  ///
  /// @param batch number of sequences, `B`
  /// @param positions largest number of positions they will have, at most [#maxSeqLen()]
  /// @return a session without tokens, closed by the caller
  Session open(int batch, int positions);

  /// `B` sequences of one length, with what the model remembers of them. Used by one thread.
  interface Session extends AutoCloseable {
    /// Appends tokens to each sequence.
    ///
    /// @param tokens `[B][T]`, new tokens, each below `V`
    /// @return `[B][V]`, logits of the token that follows; valid until the next call
    float[][] next(int[][] tokens);

    /// Number of tokens of each sequence.
    ///
    /// @return 0 at the start
    int length();

    /// Forgets the latest tokens of each sequence.
    ///
    /// @param length number of tokens to keep
    void rollBack(int length);

    @Override
    void close();
  }
}
