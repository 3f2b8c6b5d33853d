package dev.jacquard.models.sampling;

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
  List<int[]> generate(SequenceModel model, Request request, Listener listener);

  /// What a loop is to generate.
  ///
  /// @param prompts one for each sequence, all of one length; empty if the model starts from
  ///   something else
  /// @param endToken token that ends a sequence
  /// @param maxTokens largest length of a sequence, prompt included
  /// @param processors applied to the logits in this order
  /// @param sampler chooses the token
  /// @param randoms one stream for each sequence, so that a picture does not depend on its batch
  record Request(
      List<int[]> prompts,
      int endToken,
      int maxTokens,
      List<LogitsProcessor> processors,
      Sampler sampler,
      List<RandomStream> randoms) {
    /// Checks the request.
    ///
    /// @throws IllegalArgumentException if there is no prompt, prompts differ in length or randoms
    ///   in number
    public Request {
      if (prompts.isEmpty()
          || prompts.stream().anyMatch(p -> p.length != prompts.getFirst().length)
          || randoms.size() != prompts.size()) {
        throw new IllegalArgumentException(
            "decodingLoop: prompts do not fit; lengths %s, %d random streams; need one length and a stream each"
                .formatted(prompts.stream().map(p -> p.length).toList(), randoms.size()));
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
    /// @param running number of sequences that have not ended
    /// @return false to stop
    boolean onStep(long tokens, int running);

    /// Called before [#onStep] for each sequence that the step made longer.
    ///
    /// @param sequence its number
    /// @param tokens its tokens so far, from index 0 on; to be read only, and until the next call
    /// @param length number of its tokens, prompt included
    default void onTokens(int sequence, int[] tokens, int length) {}
  }
}
