package dev.jacquard.models.decoding;

import java.util.List;

/// A model of token sequences as decoding loops see it: sequences come and go, each with a length
/// of its own.
///
/// ```java
/// try (SequenceEngine.Session session = model.open(2, 100)) {
///   SequenceEngine.Sequence a = session.start(prompt);
///   SequenceEngine.Sequence b = a.fork(prompt.length); // the prompt is not read again
///   session.advance(List.of(a, b), new int[][] {{3}, {5, 8}});
///   float[] next = b.logits(b.length());
///   b.rollBack(prompt.length + 1); // 8 was wrong
/// }
/// ```
public interface SequenceEngine {
  /// Number of tokens.
  ///
  /// @return `V`
  int vocabSize();

  /// Largest number of positions of a sequence.
  ///
  /// @return the context length
  int maxSeqLen();

  /// Whether equal prompts have equal continuations. A model whose sequences have conditions of
  /// their own says no; it knows them by their numbers.
  ///
  /// @return true if a prompt that was read for one sequence serves for another
  default boolean sharesPrompts() {
    return true;
  }

  /// Takes what some sequences need at most, so that nothing can be lacking later.
  ///
  /// @param sequences largest number of sequences at a time
  /// @param positions largest number of positions of each, at most [#maxSeqLen()]
  /// @return a session without sequences, closed by the caller
  /// @throws dev.jacquard.tensor.shape.NativeMemoryException if the machine has not so much memory;
  ///   says what is needed and what there is
  Session open(int sequences, int positions);

  /// Sequences of different lengths, with what the model remembers of them. Used by one thread.
  interface Session extends AutoCloseable {
    /// Starts a sequence by reading its prompt.
    ///
    /// @param number of the sequence among all that are to be drawn
    /// @param prompt tokens below `V`; at least one unless the model reads a condition first
    /// @param listener hears how far reading is; may stop it
    /// @return a sequence of the prompt's length, or a shorter one if the listener stopped
    /// @throws IllegalStateException if there are as many sequences as there is room for
    Sequence start(int number, int[] prompt, PromptListener listener);

    /// Starts a sequence whose number does not matter.
    ///
    /// @param prompt at least one token, each below `V`
    /// @return a sequence of the prompt's length
    /// @throws IllegalStateException if there are as many sequences as there is room for
    default Sequence start(int... prompt) {
      return start(0, prompt, PromptListener.NONE);
    }

    /// Appends tokens to some sequences. Those with as many new tokens are computed together.
    ///
    /// @param sequences of this session, each once
    /// @param tokens for each of them at least one new token
    void advance(List<? extends Sequence> sequences, int[][] tokens);

    /// Ends all sequences and gives the memory back.
    @Override
    void close();
  }

  /// One sequence of a session. Its tokens are known to the caller; here is what follows them.
  interface Sequence extends AutoCloseable {
    /// Number of tokens.
    ///
    /// @return position of the next token
    int length();

    /// Number of tokens, from [#length()] on, that the model predicts at once from those before.
    ///
    /// @return 1 unless the model predicts blocks, which must then be read whole
    default int ahead() {
      return 1;
    }

    /// What the model thinks of the token at a position, given those before, or before its block.
    ///
    /// @param position of a token that follows one of those read by the latest [Session#advance],
    ///   or the prompt
    /// @return `[V]` logits, which the caller may change
    /// @throws IllegalArgumentException if they are not known (any more)
    float[] logits(int position);

    /// Another sequence that begins like this one, which is not read again.
    ///
    /// @param length number of tokens they have in common, at most [#length()]
    /// @return a sequence of that length; its logits are not known unless `length` is this one's
    /// @throws IllegalStateException if there are as many sequences as there is room for
    Sequence fork(int length);

    /// Forgets the latest tokens.
    ///
    /// @param length number of tokens to keep, at most [#length()]
    void rollBack(int length);

    /// Ends the sequence and makes room for another.
    @Override
    void close();
  }

  /// Hears how far a prompt has been read.
  @FunctionalInterface
  interface PromptListener {
    /// Ignores everything.
    PromptListener NONE = (_, _) -> true;

    /// Called after each block of the prompt.
    ///
    /// @param read number of tokens read
    /// @param length number of tokens of the prompt
    /// @return false to stop
    boolean onRead(int read, int length);
  }
}
