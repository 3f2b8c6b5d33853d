package dev.jacquard.models.decoding;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;

/// A Llama with a key-value cache for each session.
///
/// Weights are used as they are: f32, bf16, f16, Q8_0 or Q4_0, in memory or in a mapped file.
///
/// @param llama the model; the caller keeps its memory alive
/// @param cacheType how keys and values are kept: `F32`, or in half the memory `BF16` or `F16`
/// @param promptBlock number of tokens of a prompt that are read at once: more are faster and take
///   more memory
public record LlamaEngine(LlamaModel llama, DType cacheType, int promptBlock)
    implements SequenceEngine {
  /// Tokens of a prompt that are read at once, if nobody says otherwise.
  public static final int PROMPT_BLOCK = 512;

  /// With a cache in f32.
  ///
  /// @param llama the model; the caller keeps its memory alive
  public LlamaEngine(LlamaModel llama) {
    this(llama, DType.F32, PROMPT_BLOCK);
  }

  /// Checks the block.
  ///
  /// @throws IllegalArgumentException if it is not positive
  public LlamaEngine {
    if (promptBlock < 1) {
      throw new IllegalArgumentException(
          "llama: prompt block not positive; %d; need >= 1".formatted(promptBlock));
    }
  }

  @Override
  public int vocabSize() {
    return llama.config().vocabSize();
  }

  @Override
  public int maxSeqLen() {
    return llama.config().maxSeqLen();
  }

  @Override
  public Session open(int sequences, int positions) {
    MemoryPlan.of(this, sequences, positions).requireFits();
    return new CachedSession(new Reader(), sequences, positions, promptBlock);
  }

  private final class Reader implements CachedModel {
    @Override
    public KvCache newCache(int rows, int positions) {
      return llama.newCache(rows, positions, cacheType);
    }

    @Override
    public float[] read(KvCache rows, int[] numbers, int[][] tokens, int last) {
      return TensorScope.call(
          "decode step",
          () -> {
            int[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
            Shape shape = Shape.of(tokens.length, tokens[0].length);
            Tensor ids = Tensor.ofInts(llama.parameters().backend(), shape, flat);
            Tensor hidden = llama.hidden(ids, rows); // [B, T, C]
            return last == 0
                ? new float[0]
                : llama.output(hidden.narrow(1, tokens[0].length - last, last)).toFloats();
          });
    }
  }
}
