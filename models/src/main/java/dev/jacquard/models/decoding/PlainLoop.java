package dev.jacquard.models.decoding;

import java.util.List;

/// One token a step for every sequence: the loop that defines what the others must equal in
/// distribution.
///
/// A sequence that ends makes room for the next at once. A prompt that several sequences share is
/// read once.
public final class PlainLoop implements DecodingLoop {
  /// Creates the loop.
  public PlainLoop() {}

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public List<int[]> generate(SequenceEngine model, Request request, Listener listener) {
    return DrawingRun.of(model, Drafter.NONE, SpeculativeLoop.Options.PLAIN, request, listener);
  }
}
