package dev.jacquard.nn.block;

import dev.jacquard.tensor.shape.ShapeException;

/// The sizes of a Llama.
///
/// @param dim width of the model, `C`
/// @param nLayers number of blocks, `L`
/// @param nHeads query heads, `H`
/// @param nKvHeads key and value heads, `G`, a divisor of `H`
/// @param headDim head size, `D`, even
/// @param ffnDim width of the feed-forward network, `F`
/// @param vocabSize number of tokens, `V`
/// @param maxSeqLen largest number of positions, `P`
/// @param normEps added under the root of each normalisation
/// @param ropeTheta base of the rotary frequencies
/// @param tiedEmbeddings whether the output layer is the embedding table
/// @param variant in what it differs from the usual form
public record LlamaConfig(
    int dim,
    int nLayers,
    int nHeads,
    int nKvHeads,
    int headDim,
    int ffnDim,
    int vocabSize,
    int maxSeqLen,
    float normEps,
    double ropeTheta,
    boolean tiedEmbeddings,
    LlamaVariant variant) {

  /// A Llama of the usual form.
  ///
  /// @param dim width of the model, `C`
  /// @param nLayers number of blocks, `L`
  /// @param nHeads query heads, `H`
  /// @param nKvHeads key and value heads, `G`, a divisor of `H`
  /// @param headDim head size, `D`, even
  /// @param ffnDim width of the feed-forward network, `F`
  /// @param vocabSize number of tokens, `V`
  /// @param maxSeqLen largest number of positions, `P`
  /// @param normEps added under the root of each normalisation
  /// @param ropeTheta base of the rotary frequencies
  /// @param tiedEmbeddings whether the output layer is the embedding table
  public LlamaConfig(
      int dim,
      int nLayers,
      int nHeads,
      int nKvHeads,
      int headDim,
      int ffnDim,
      int vocabSize,
      int maxSeqLen,
      float normEps,
      double ropeTheta,
      boolean tiedEmbeddings) {
    this(
        dim,
        nLayers,
        nHeads,
        nKvHeads,
        headDim,
        ffnDim,
        vocabSize,
        maxSeqLen,
        normEps,
        ropeTheta,
        tiedEmbeddings,
        LlamaVariant.USUAL);
  }

  /// Checks that the sizes fit together.
  ///
  /// @throws ShapeException if a size is not positive, heads do not group or `headDim` is odd
  public LlamaConfig {
    int smallest =
        Math.min(
            Math.min(Math.min(dim, nLayers), Math.min(nHeads, nKvHeads)),
            Math.min(Math.min(headDim, ffnDim), Math.min(vocabSize, maxSeqLen)));
    if (smallest < 1 || nHeads % nKvHeads != 0 || headDim % 2 != 0) {
      throw new ShapeException(
          ("llama: sizes do not fit; dim %d, layers %d, heads %d, kv heads %d, head size %d, ffn"
                  + " %d, vocabulary %d, context %d; need positive sizes, heads a multiple of kv"
                  + " heads, an even head size")
              .formatted(dim, nLayers, nHeads, nKvHeads, headDim, ffnDim, vocabSize, maxSeqLen));
    }
  }

  /// The same model for longer or shorter sequences; nothing learned depends on their length.
  ///
  /// @param positions largest number of positions
  /// @return a configuration that differs in `maxSeqLen` alone
  public LlamaConfig withMaxSeqLen(int positions) {
    return new LlamaConfig(
        dim,
        nLayers,
        nHeads,
        nKvHeads,
        headDim,
        ffnDim,
        vocabSize,
        positions,
        normEps,
        ropeTheta,
        tiedEmbeddings,
        variant);
  }

  /// The usual form: one key head for each query head, head size `dim / nHeads`, eps 1e-5, theta
  /// 10000, untied.
  ///
  /// @param dim width of the model, a multiple of `nHeads`
  /// @param nLayers number of blocks
  /// @param nHeads number of heads
  /// @param ffnDim width of the feed-forward network
  /// @param vocabSize number of tokens
  /// @param maxSeqLen largest number of positions
  /// @return the configuration
  public static LlamaConfig of(
      int dim, int nLayers, int nHeads, int ffnDim, int vocabSize, int maxSeqLen) {
    return new LlamaConfig(
        dim,
        nLayers,
        nHeads,
        nHeads,
        dim / nHeads,
        ffnDim,
        vocabSize,
        maxSeqLen,
        1e-5f,
        10000,
        false);
  }
}
