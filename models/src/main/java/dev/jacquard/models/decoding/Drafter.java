package dev.jacquard.models.decoding;

import dev.jacquard.tensor.random.RandomStream;
import java.util.List;

/// Guesses how sequences go on, more cheaply than the model that judges the guesses.
public interface Drafter {
  /// Never guesses.
  Drafter NONE =
      (_, _, _, _) ->
          new Session() {
            @Override
            public List<Draft> draft(List<Text> texts, int[] most) {
              return texts.stream().map(_ -> Draft.NONE).toList();
            }

            @Override
            public void end(int number) {}

            @Override
            public void close() {}
          };

  /// Prepares to guess for one call of a loop.
  ///
  /// @param judge the model that judges the guesses
  /// @param request what the loop is to generate
  /// @param sequences largest number of sequences at a time
  /// @param positions largest number of positions of each
  /// @return a session, closed by the caller
  Session open(SequenceEngine judge, DecodingLoop.Request request, int sequences, int positions);

  /// A sequence as far as it is drawn.
  ///
  /// @param number of the sequence in its request
  /// @param tokens the sequence, prompt included; to be read only
  /// @param length how many of `tokens` count
  /// @param random numbers for its guesses, addressed by their position
  /// @param choices numbers that the plain loop draws its tokens with, for guesses of what that
  ///   would draw; no others may be made of them
  @SuppressWarnings("ArrayRecordComponent")
  record Text(int number, int[] tokens, int length, RandomStream random, RandomStream choices) {}

  /// What a drafter remembers of running sequences. Used by one thread.
  interface Session extends AutoCloseable {
    /// Guesses what follows some sequences.
    ///
    /// @param texts the sequences
    /// @param most for each of them the largest number of guesses, `>= 0`
    /// @return a draft for each of them, [Draft#NONE] where there is no guess
    List<Draft> draft(List<Text> texts, int[] most);

    /// Whether [#learn] is worth the work.
    ///
    /// @return false unless it says otherwise
    default boolean learns() {
      return false;
    }

    /// Hears what the model thinks of a place whose guess fell with an earlier one: its
    /// probabilities there after tokens of which some did not stand.
    ///
    /// @param number of the sequence
    /// @param position of the token, at least the sequence's length
    /// @param p `[V]` probabilities
    default void learn(int number, int position, double[] p) {}

    /// Forgets a sequence that has ended.
    ///
    /// @param number of the sequence
    void end(int number);

    @Override
    void close();
  }
}
