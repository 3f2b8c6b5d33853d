package dev.jacquard.models.decoding;

import java.util.List;

/// A whole block of tokens a pass, as the model predicts them: for models that are
/// [blockwise][SequenceEngine.Sequence#ahead()] by training, so that nothing is guessed.
///
/// Tokens of a block are drawn independently. He et al. 2025 (arXiv:2503.10696), section 3.3:
/// blocks are the diagonals of a grid, `2n - 1` passes for `n x n` tokens.
public final class NeighborLoop implements DecodingLoop {
  /// Creates the loop.
  public NeighborLoop() {}

  @Override
  public String name() {
    return "nar";
  }

  @Override
  public List<int[]> generate(SequenceEngine model, Request request, Listener listener) {
    return new PlainLoop().generate(model, request, listener);
  }
}
