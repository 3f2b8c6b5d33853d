package dev.jacquard.models.sampling;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;

/// A Llama with a key-value cache for each session.
///
/// @param llama the model; the caller keeps its memory alive
public record LlamaSequenceModel(LlamaModel llama) implements SequenceModel {
  @Override
  public int vocabSize() {
    return llama.config().vocabSize();
  }

  @Override
  public int maxSeqLen() {
    return llama.config().maxSeqLen();
  }

  @Override
  public Session open(int batch, int positions) {
    return new CachedSession(llama, batch, positions);
  }

  private static final class CachedSession implements Session {
    private final LlamaModel llama;
    private final TensorScope scope = TensorScope.open("key-value cache");
    private final KvCache cache;
    private final float[][] logits;

    CachedSession(LlamaModel llama, int batch, int positions) {
      this.llama = llama;
      this.cache = scope.within(() -> llama.newCache(batch, positions));
      this.logits = new float[batch][];
    }

    @Override
    public float[][] next(int[][] tokens) {
      int width = tokens[0].length;
      int vocabSize = llama.config().vocabSize();
      int[] flat = new int[tokens.length * width];
      for (int b = 0; b < tokens.length; b++) {
        System.arraycopy(tokens[b], 0, flat, b * width, width);
      }
      Backend backend = llama.parameters().backend();
      float[] rows =
          TensorScope.call(
              "decode step",
              () -> {
                Tensor ids = Tensor.ofInts(backend, Shape.of(tokens.length, width), flat);
                return llama.nextLogits(ids, cache).toFloats(); // [B, V]
              });
      for (int b = 0; b < logits.length; b++) {
        logits[b] = Arrays.copyOfRange(rows, b * vocabSize, (b + 1) * vocabSize);
      }
      return logits;
    }

    @Override
    public int length() {
      return cache.length();
    }

    @Override
    public void rollBack(int length) {
      cache.rollBack(length);
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
