package dev.jacquard.models.llamagen;

import dev.jacquard.models.decoding.CachedModel;
import dev.jacquard.models.decoding.CachedSession;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.llamagen.ByteTextEncoder.Encoded;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.ConcatOp;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/// Pictures of given conditions as sequences of codes, for decoding loops: prompts are the first
/// codes, and may be empty. With guidance each sequence has two rows in the cache, with its
/// condition and without, which are read together: loops see one distribution.
///
/// @param model the model; the caller keeps its memory alive
/// @param conditions of each sequence by its number, for a batch of one: a class or the features of
///   a caption, in the current scope
/// @param guidance how far to go from what has no condition
public record LlamaGenSequences(
    CodePredictor model, IntFunction<Encoded> conditions, Guidance guidance)
    implements SequenceEngine {

  /// Sequences of conditions that are all known.
  ///
  /// @param model the model; the caller keeps its memory alive
  /// @param conditions classes `[B]` or features of captions `[B, K, E]`, one for each sequence
  /// @param mask which tokens of the captions count
  /// @param guidance how far to go from what has no condition
  /// @return `B` sequences
  public static LlamaGenSequences of(
      CodePredictor model, Tensor conditions, CaptionMask mask, Guidance guidance) {
    return new LlamaGenSequences(
        model, i -> new Encoded(conditions.narrow(0, i, 1), mask.of(i)), guidance);
  }

  @Override
  public int vocabSize() {
    return model.config().vocabSize();
  }

  @Override
  public int maxSeqLen() {
    return model.config().imageTokens();
  }

  /// Sequences have conditions of their own.
  @Override
  public boolean sharesPrompts() {
    return false;
  }

  @Override
  public Session open(int sequences, int positions) {
    return new CachedSession(new Reader(this), sequences, positions, maxSeqLen());
  }

  /// Shapes: `B` sequences, `T` new codes of each, `K` condition tokens; each sequence has `R` rows
  /// in the cache, 1 or 2.
  private static final class Reader implements CachedModel {
    private final CodePredictor predictor;
    private final LlamaGenModel model; // its GPT
    private final LlamaGenSequences sequences;
    private final Map<Integer, CaptionMask> masks = new HashMap<>(); // by number of the sequence

    Reader(LlamaGenSequences sequences) {
      this.predictor = sequences.model;
      this.model = predictor.gpt();
      this.sequences = sequences;
    }

    @Override
    public int rowsPerSequence() {
      return sequences.guidance.isNeeded() ? 2 : 1;
    }

    @Override
    public int conditionLength() {
      return model.config().conditionTokens();
    }

    @Override
    public boolean isBlockwise() {
      return predictor.isBlockwise();
    }

    @Override
    public int blockSize(int length) {
      return predictor.blockSize(length);
    }

    @Override
    public int tokensPerPosition() {
      return predictor.codesPerPosition();
    }

    @Override
    public KvCache newCache(int rows, int positions) {
      int read = (positions - 1) / tokensPerPosition(); // the last are never read
      return model.newCache(rows, conditionLength() + read);
    }

    @Override
    public float[] read(KvCache rows, int[] numbers, int[][] tokens, int last) {
      return TensorScope.call(
          "decode step",
          () -> {
            Tensor x = input(rows, numbers, tokens); // [R·B, K + T, C] or [R·B, T, C]
            Tensor logits = predictor.read(x, rows, mask(numbers), last); // [R·B, last, V]
            return rowsPerSequence() == 1 || last == 0
                ? logits.toFloats() // [B, last, V]
                : guided(logits.toFloats(), rows, last);
          });
    }

    /// The embedded conditions, if they have not been read yet, and the new codes.
    private Tensor input(KvCache rows, int[] numbers, int[][] tokens) {
      int copies = rowsPerSequence();
      int width = tokens[0].length;
      int height = copies * tokens.length;
      int[] flat = new int[height * width];
      for (int row = 0; row < height; row++) {
        System.arraycopy(tokens[row / copies], 0, flat, row * width, width);
      }
      Shape shape = Shape.of(height, width);
      if (rows.length(0) > 0) {
        return model.codes().forward(Tensor.ofInts(model.parameters().backend(), shape, flat));
      }
      Tensor conditions = conditions(numbers);
      return width == 0
          ? model.condition().forward(conditions) // [R·B, K, C]
          : model.sequence(conditions, Tensor.ofInts(model.parameters().backend(), shape, flat));
    }

    /// What each row is drawn from; those without condition follow those with it.
    private Tensor conditions(int[] numbers) {
      List<Tensor> parts = new ArrayList<>();
      for (int number : numbers) {
        Encoded own = sequences.conditions.apply(number);
        masks.put(number, own.mask());
        parts.add(own.features());
        if (rowsPerSequence() == 2) {
          parts.add(model.condition().none(1));
        }
      }
      return ConcatOp.apply(0, parts);
    }

    private CaptionMask mask(int[] numbers) {
      List<boolean[]> visible = new ArrayList<>();
      for (int number : numbers) {
        for (int row = 0; row < rowsPerSequence(); row++) {
          visible.addAll(Objects.requireNonNull(masks.get(number)).visible());
        }
      }
      return new CaptionMask(visible);
    }

    /// Puts both rows of each sequence together.
    ///
    /// @param logits `[2B, last, V]`
    /// @param rows what has been read, these codes included
    /// @return `[B, last, V]`
    private float[] guided(float[] logits, KvCache rows, int last) {
      int vocabSize = sequences.vocabSize();
      int width = last * vocabSize;
      float[] guided = new float[logits.length / 2];
      for (int b = 0; b < guided.length / width; b++) {
        int read = (rows.length(2 * b) - conditionLength()) * tokensPerPosition();
        for (int t = 0; t < last; t++) {
          int from = 2 * b * width + t * vocabSize;
          float[] one = Arrays.copyOfRange(logits, from, from + vocabSize);
          int drawn = isBlockwise() ? read : read - last + 1 + t; // before this code
          if (sequences.guidance.appliesTo(drawn)) {
            sequences.guidance.apply(
                one, Arrays.copyOfRange(logits, from + width, from + width + vocabSize));
          }
          System.arraycopy(one, 0, guided, b * width + t * vocabSize, vocabSize);
        }
      }
      return guided;
    }
  }
}
