package dev.jacquard.models.llamagen;

import dev.jacquard.models.decoding.SequenceModel;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;

/// Pictures of given conditions as sequences of codes, for decoding loops: prompts are the first
/// codes, and may be empty. With guidance each sequence runs twice in one pass, with its condition
/// and without.
///
/// @param model the model; the caller keeps its memory alive
/// @param conditions classes `[B]` or features of captions `[B, K, E]`, one for each sequence
/// @param mask which tokens of the captions count
/// @param guidance how far to go from what has no condition
public record LlamaGenSequences(
    LlamaGenModel model, Tensor conditions, CaptionMask mask, Guidance guidance)
    implements SequenceModel {

  @Override
  public int vocabSize() {
    return model.config().vocabSize();
  }

  @Override
  public int maxSeqLen() {
    return model.config().imageTokens();
  }

  @Override
  public Session open(int batch, int positions) {
    if (batch != conditions.shape().dim(0)) {
      throw new IllegalArgumentException(
          "llamagen: %d sequences for %d conditions; need one for each"
              .formatted(batch, conditions.shape().dim(0)));
    }
    return new CachedSession(this, batch, positions);
  }

  /// Both halves in one cache: the sequences with condition, then those without.
  private static final class CachedSession implements Session {
    private final LlamaGenSequences sequences;
    private final LlamaGenModel model;
    private final int batch;
    private final int copies; // of each sequence: 1, or 2 with guidance
    private final CaptionMask mask;
    private final TensorScope scope = TensorScope.open("key-value cache");
    private final KvCache cache;
    private final float[][] logits;

    CachedSession(LlamaGenSequences sequences, int batch, int positions) {
      this.sequences = sequences;
      this.model = sequences.model;
      this.batch = batch;
      this.copies = sequences.guidance.isNeeded() ? 2 : 1;
      this.mask = copies == 2 ? sequences.mask.twice() : sequences.mask;
      int capacity = model.config().conditionTokens() + positions - 1; // the last is never fed
      this.cache = scope.within(() -> model.newCache(copies * batch, capacity));
      this.logits = new float[batch][];
    }

    @Override
    public float[][] next(int[][] tokens) {
      int vocabSize = sequences.vocabSize();
      float[] rows =
          TensorScope.call(
              "decode step",
              () -> {
                Tensor hidden = model.hidden(input(tokens), cache, mask); // [2B, T, C]
                Tensor last = hidden.narrow(1, hidden.shape().dim(1) - 1, 1);
                return model.output(last).toFloats(); // [2B, 1, V]
              });
      boolean guided = sequences.guidance.appliesTo(length());
      for (int b = 0; b < batch; b++) {
        logits[b] = row(rows, b, vocabSize);
        if (guided) {
          sequences.guidance.apply(logits[b], row(rows, batch + b, vocabSize));
        }
      }
      return logits;
    }

    private static float[] row(float[] rows, int number, int width) {
      return Arrays.copyOfRange(rows, number * width, (number + 1) * width);
    }

    /// The embedded condition, if it has not been read yet, and the new codes.
    private Tensor input(int[][] tokens) {
      boolean isFirst = cache.length() == 0;
      int width = tokens[0].length;
      if (width == 0) {
        if (!isFirst) {
          throw new IllegalArgumentException("llamagen: no new code; need one at least");
        }
        return model.condition().forward(conditions()); // [2B, K, C]
      }
      int rows = copies * batch;
      int[] flat = new int[rows * width];
      for (int i = 0; i < rows; i++) {
        System.arraycopy(tokens[i % batch], 0, flat, i * width, width);
      }
      Backend backend = model.parameters().backend();
      Tensor ids = Tensor.ofInts(backend, Shape.of(rows, width), flat);
      return isFirst ? model.sequence(conditions(), ids) : model.codes().forward(ids);
    }

    private Tensor conditions() {
      Tensor given = sequences.conditions;
      return copies == 1 ? given : ConcatOp.apply(0, List.of(given, model.condition().none(batch)));
    }

    @Override
    public int length() {
      return Math.max(0, cache.length() - model.config().conditionTokens());
    }

    @Override
    public void rollBack(int length) {
      cache.rollBack(model.config().conditionTokens() + length);
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
