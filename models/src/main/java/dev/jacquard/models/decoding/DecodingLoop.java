package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.Sampler;
import dev.jacquard.tensor.random.RandomStream;
import java.util.List;

/// Spends model steps to turn prompts into finished sequences: one token a step, or drafts that are
/// verified, or many positions at once.
///
/// Whatever the loop, the distribution of the result is that of the plain loop unless its
/// documentation says otherwise.
public interface DecodingLoop {
  /// Name on the command line.
  ///
  /// @return for example `"plain"`
  String name();

  /// Continues prompts until each sequence ends.
  ///
  /// @param model the model
  /// @param request what to generate
  /// @param listener hears of each step; may cancel
  /// @return for each prompt the whole sequence, prompt and end token included; shorter if
  ///   cancelled
  /// @throws IllegalArgumentException if the prompts are longer than the model's context
  List<int[]> generate(SequenceEngine model, Request request, Listener listener);

  /// What a loop is to generate.
  ///
  /// @param prompts one for each sequence, of any lengths; empty if the model starts from something
  ///   else
  /// @param atOnce largest number of sequences that are drawn at once; when one ends, the next
  ///   begins
  /// @param endToken token that ends a sequence
  /// @param maxTokens largest length of a sequence, prompt included
  /// @param processors applied to the logits in this order
  /// @param sampler chooses the token
  /// @param randoms one stream for each sequence, so that a picture does not depend on its batch
  record Request(
      List<int[]> prompts,
      int atOnce,
      int endToken,
      int maxTokens,
      List<LogitsProcessor> processors,
      Sampler sampler,
      List<RandomStream> randoms) {
    /// A request to draw all sequences at once.
    ///
    /// @param prompts one for each sequence, of any lengths
    /// @param endToken token that ends a sequence
    /// @param maxTokens largest length of a sequence, prompt included
    /// @param processors applied to the logits in this order
    /// @param sampler chooses the token
    /// @param randoms one stream for each sequence
    public Request(
        List<int[]> prompts,
        int endToken,
        int maxTokens,
        List<LogitsProcessor> processors,
        Sampler sampler,
        List<RandomStream> randoms) {
      this(prompts, Math.max(1, prompts.size()), endToken, maxTokens, processors, sampler, randoms);
    }

    /// Checks the request.
    ///
    /// @throws IllegalArgumentException if there is no prompt, or there are not as many randoms
    public Request {
      if (prompts.isEmpty() || atOnce < 1 || randoms.size() != prompts.size()) {
        throw new IllegalArgumentException(
            "decodingLoop: prompts do not fit; lengths %s, %d random streams, %d at once; need a stream each and 1 at once at least"
                .formatted(prompts.stream().map(p -> p.length).toList(), randoms.size(), atOnce));
      }
    }
  }

  /// Hears of a loop's progress.
  interface Listener {
    /// Ignores everything.
    Listener NONE = (_, _) -> true;

    /// Called after each step of the model.
    ///
    /// @param tokens number of tokens generated so far, over all sequences
    /// @param running number of sequences that have not ended, those that have not begun included
    /// @return false to stop
    boolean onStep(long tokens, int running);

    /// Called before [#onStep] for each sequence that the step made longer.
    ///
    /// @param sequence its number
    /// @param tokens its tokens so far, from index 0 on; to be read only, and until the next call
    /// @param length number of its tokens, prompt included
    default void onTokens(int sequence, int[] tokens, int length) {}

    /// Called before [#onTokens] where a pass has judged guesses.
    ///
    /// @param sequence its number
    /// @param guessed number of guesses
    /// @param stood how many of them stood
    default void onGuesses(int sequence, int guessed, int stood) {}

    /// Called for each token that needed no pass, since nothing else could follow.
    ///
    /// @param sequence its number
    default void onForced(int sequence) {}

    /// Called after each block of a prompt, before the first step of a sequence.
    ///
    /// @param sequence its number
    /// @param read number of tokens of the prompt that were read
    /// @param length number of tokens of the prompt
    /// @return false to stop
    default boolean onPrompt(int sequence, int read, int length) {
      return true;
    }
  }
}
