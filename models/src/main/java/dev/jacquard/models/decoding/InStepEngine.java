package dev.jacquard.models.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A model whose sequences are drawn in step, for loops that let them come and go: all sequences of
/// a session must be started before the first is advanced; those that end go on unseen.
///
/// @param model the model
record InStepEngine(SequenceModel model) implements SequenceEngine {
  @Override
  public int vocabSize() {
    return model.vocabSize();
  }

  @Override
  public int maxSeqLen() {
    return model.maxSeqLen();
  }

  /// Its sequences may have conditions of their own.
  @Override
  public boolean sharesPrompts() {
    return false;
  }

  @Override
  public boolean canRollBack() {
    return false;
  }

  @Override
  public Session open(int sequences, int positions) {
    return new InStep(model.open(sequences, positions), sequences);
  }

  private static final class InStep implements Session {
    private final SequenceModel.Session session;
    private final int sequences;
    private final List<int[]> prompts = new ArrayList<>();
    private float[][] logits = {}; // of the next token of each; empty until prompts are read

    InStep(SequenceModel.Session session, int sequences) {
      this.session = session;
      this.sequences = sequences;
    }

    @Override
    public Member start(int number, int[] prompt, PromptListener listener) {
      if (prompts.size() == sequences) {
        throw new IllegalStateException(
            "session: full; %d sequences in step; none can begin later".formatted(sequences));
      }
      prompts.add(prompt);
      return new Member(prompts.size() - 1, prompt.length);
    }

    @Override
    public void advance(List<? extends Sequence> members, int[][] tokens) {
      int[][] all = new int[sequences][1]; // any token for those that have ended
      for (int i = 0; i < tokens.length; i++) {
        Member member = (Member) members.get(i);
        all[member.row] = tokens[i];
        member.length += tokens[i].length;
      }
      logits = session.next(all);
    }

    @Override
    public void close() {
      session.close();
    }

    private final class Member implements Sequence {
      private final int row;
      private int length;

      Member(int row, int length) {
        this.row = row;
        this.length = length;
      }

      @Override
      public int length() {
        return length;
      }

      @Override
      public float[] logits(int position) {
        if (logits.length == 0) {
          logits = session.next(prompts.toArray(int[][]::new));
        }
        if (position != length) {
          throw new IllegalArgumentException(
              "sequence: logits of position %d are not known; need %d".formatted(position, length));
        }
        return Arrays.copyOf(logits[row], logits[row].length);
      }

      @Override
      public Sequence fork(int shared) {
        throw new IllegalStateException("session: sequences in step cannot be forked");
      }

      @Override
      public void rollBack(int kept) {
        throw new IllegalStateException("session: sequences in step cannot be rolled back alone");
      }

      @Override
      public void close() {}
    }
  }
}
