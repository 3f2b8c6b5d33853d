package dev.jacquard.models.decoding;

import java.util.List;

/// Counts what another loop spends. For one thread.
public final class CountingLoop implements DecodingLoop {
  private final DecodingLoop loop;
  private long passes;
  private long tokens;
  private long guessed;
  private long stood;
  private long forced;

  /// Creates the counter.
  ///
  /// @param loop does the work
  public CountingLoop(DecodingLoop loop) {
    this.loop = loop;
  }

  /// What has been spent so far.
  ///
  /// @param passes how often the model was asked, counted for each sequence
  /// @param tokens number of tokens drawn
  /// @param guessed number of guesses
  /// @param stood how many of them stood
  /// @param forced number of tokens that needed no pass
  public record Counts(long passes, long tokens, long guessed, long stood, long forced) {
    /// Tokens that a pass brings.
    ///
    /// @return 1 for the plain loop
    public double tokensPerPass() {
      return (double) tokens / Math.max(1, passes);
    }
  }

  /// What has been spent so far.
  ///
  /// @return the counts of all calls
  public Counts counts() {
    return new Counts(passes, tokens, guessed, stood, forced);
  }

  @Override
  public String name() {
    return loop.name();
  }

  @Override
  public List<int[]> generate(SequenceEngine model, Request request, Listener listener) {
    long before = tokens;
    return loop.generate(
        model,
        request,
        new Listener() {
          @Override
          public boolean onStep(long drawn, int running) {
            tokens = before + drawn;
            return listener.onStep(drawn, running);
          }

          @Override
          public void onTokens(int sequence, int[] drawn, int length) {
            passes++;
            listener.onTokens(sequence, drawn, length);
          }

          @Override
          public void onGuesses(int sequence, int guesses, int good) {
            guessed += guesses;
            stood += good;
            listener.onGuesses(sequence, guesses, good);
          }

          @Override
          public void onForced(int sequence) {
            forced++;
            listener.onForced(sequence);
          }

          @Override
          public boolean onPrompt(int sequence, int read, int length) {
            return listener.onPrompt(sequence, read, length);
          }
        });
  }
}
