package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.Logits;
import java.util.Arrays;
import java.util.List;

/// Two chains that read the same tokens, one of which stands for the model without its condition.
///
/// @param with the condition
/// @param without it
/// @param guidance puts their logits together
record GuidedChain(MarkovChain with, MarkovChain without, Guidance guidance)
    implements SequenceEngine {
  @Override
  public int vocabSize() {
    return with.vocabSize();
  }

  @Override
  public int maxSeqLen() {
    return with.maxSeqLen();
  }

  /// The chain that has the guided probabilities.
  MarkovChain alone() {
    double[][] next = with.next().clone();
    for (int token = 1; token < next.length; token++) { // nothing follows the end
      float[] logits = Logits.of(with.next()[token]);
      guidance.apply(logits, Logits.of(without.next()[token]));
      next[token] = new CategoricalSampler().probabilities(logits);
    }
    return new MarkovChain(next, maxSeqLen());
  }

  @Override
  public Session open(int sequences, int positions) {
    Session first = with.open(sequences, positions);
    Session second = without.open(sequences, positions);
    return new Session() {
      @Override
      public Sequence start(int number, int[] prompt, PromptListener listener) {
        return new Both(
            first.start(number, prompt, listener), second.start(number, prompt, listener));
      }

      @Override
      public void advance(List<? extends Sequence> some, int[][] tokens) {
        first.advance(some.stream().map(s -> ((Both) s).first).toList(), tokens);
        second.advance(some.stream().map(s -> ((Both) s).second).toList(), tokens);
      }

      @Override
      public void close() {
        first.close();
        second.close();
      }
    };
  }

  private final class Both implements Sequence {
    private final Sequence first;
    private final Sequence second;

    Both(Sequence first, Sequence second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public int length() {
      return first.length();
    }

    @Override
    public float[] logits(int position) {
      float[] logits = first.logits(position);
      guidance.apply(logits, second.logits(position));
      return Arrays.copyOf(logits, logits.length);
    }

    @Override
    public Sequence fork(int length) {
      return new Both(first.fork(length), second.fork(length));
    }

    @Override
    public void rollBack(int length) {
      first.rollBack(length);
      second.rollBack(length);
    }

    @Override
    public void close() {
      first.close();
      second.close();
    }
  }
}
