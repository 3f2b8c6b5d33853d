package dev.jacquard.models.llamagen;

import dev.jacquard.nn.Module;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.layer.Dropout;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.op.CrossEntropyOp;
import java.util.stream.IntStream;

/// A network that predicts the codes of a picture from a condition and the codes before, in an
/// order of its own: [LlamaGenModel], or what is built around one.
///
/// Shapes: `B` batch, `K` condition tokens, `N` codes of a picture, `C` width, `V` codes to choose
/// from.
public interface CodePredictor extends Module {
  /// The GPT, with the embeddings of conditions and codes.
  ///
  /// @return this, or the one inside
  LlamaGenModel gpt();

  /// The sizes.
  ///
  /// @return with the grid of codes
  LlamaGenConfig config();

  /// Logits of every code of whole pictures, each from those that are drawn before it.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param ids `[B, N]`, i32, the codes in raster order
  /// @param mask which tokens of the captions count
  /// @param dropout of the input and of what each layer adds, while training
  /// @return `[B, N, V]`, in raster order
  Tensor logits(Tensor conditions, Tensor ids, CaptionMask mask, Dropout dropout);

  /// The same when not training.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param ids `[B, N]`, i32, the codes in raster order
  /// @param mask which tokens of the captions count
  /// @return `[B, N, V]`, in raster order
  default Tensor logits(Tensor conditions, Tensor ids, CaptionMask mask) {
    return logits(conditions, ids, mask, Dropout.NONE);
  }

  /// The same for classes, or captions that fill their tokens.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param ids `[B, N]`, i32, the codes in raster order
  /// @return `[B, N, V]`, in raster order
  default Tensor logits(Tensor conditions, Tensor ids) {
    return logits(conditions, ids, CaptionMask.NONE);
  }

  /// Mean cross-entropy of codes, in nats.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param ids `[B, N]`, i32, the codes in raster order
  /// @param labels `[B, N]`, i32: the codes, or [CrossEntropyOp#IGNORE] where they do not count
  /// @param mask which tokens of the captions count
  /// @param dropout of the input and of what each layer adds, while training
  /// @return scalar `[]`
  default Tensor loss(
      Tensor conditions, Tensor ids, Tensor labels, CaptionMask mask, Dropout dropout) {
    return CrossEntropyOp.apply(logits(conditions, ids, mask, dropout), labels);
  }

  /// The same when not training.
  ///
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`
  /// @param ids `[B, N]`, i32, the codes in raster order
  /// @param labels `[B, N]`, i32: the codes, or [CrossEntropyOp#IGNORE] where they do not count
  /// @param mask which tokens of the captions count
  /// @return scalar `[]`
  default Tensor loss(Tensor conditions, Tensor ids, Tensor labels, CaptionMask mask) {
    return loss(conditions, ids, labels, mask, Dropout.NONE);
  }

  /// Reads rows that continue a cache: the condition, codes in the order of drawing, or both.
  ///
  /// @param x `[B, T, C]`, embedded
  /// @param cache earlier rows, extended by this call
  /// @param mask which tokens of the captions count
  /// @param last of how many codes logits are wanted: those that are known last; 0 for none
  /// @return `[B, last, V]`
  Tensor read(Tensor x, KvCache cache, CaptionMask mask, int last);

  /// Whether codes are predicted in blocks, each from those before it, so that only whole blocks
  /// can be read.
  ///
  /// @return false if every code sees all that were drawn before it
  default boolean isBlockwise() {
    return false;
  }

  /// Number of codes that are predicted at once.
  ///
  /// @param drawn number of codes before them
  /// @return 1 unless codes are predicted in blocks
  default int blockSize(int drawn) {
    return 1;
  }

  /// Number of codes that share a position of the cache.
  ///
  /// @return 1 unless codes are joined
  default int codesPerPosition() {
    return 1;
  }

  /// In which order codes are drawn.
  ///
  /// @return `N` places of the grid in raster order, each once
  default int[] order() {
    return IntStream.range(0, config().imageTokens()).toArray();
  }

  /// Packs the weights of all products for fast drawing; see [dev.jacquard.nn.layer.Linear#pack()].
  /// Call it once the weights are loaded.
  void pack();
}
