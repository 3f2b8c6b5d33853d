package dev.jacquard.models.decoding;

import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.models.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Lets a smaller model of the same tokens guess, one token after the other; all running sequences
/// at once.
///
/// Its logits go through the same processors as the judge's, each on its own: then `p` and `q` are
/// what tokens are drawn with. Sequences have the same numbers in both models, so that one that
/// knows conditions by them guesses for the right ones.
///
/// @param model the smaller model; refused when it does not have as many tokens
public record ModelDrafter(SequenceEngine model) implements Drafter {
  @Override
  public Session open(
      SequenceEngine judge, DecodingLoop.Request request, int sequences, int positions) {
    if (judge.vocabSize() != model.vocabSize()) {
      throw new IllegalArgumentException(
          "draft: tokens of another kind; it has %d; the model %d; need as many"
              .formatted(model.vocabSize(), judge.vocabSize()));
    }
    int capacity = Math.min(positions, model.maxSeqLen());
    return new Drafting(request, model.open(sequences, capacity), capacity);
  }

  private static final class Drafting implements Session {
    private final DecodingLoop.Request request;
    private final SequenceEngine.Session session;
    private final int capacity;
    private final Map<Integer, Memory> memories = new HashMap<>(); // by number of the sequence

    Drafting(DecodingLoop.Request request, SequenceEngine.Session session, int capacity) {
      this.request = request;
      this.session = session;
      this.capacity = capacity;
    }

    @Override
    public List<Draft> draft(List<Text> texts, int[] most) {
      List<Guess> guesses = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        guesses.add(new Guess(texts.get(i), Math.min(most[i], capacity - texts.get(i).length())));
      }
      List<Guess> open = guesses.stream().filter(Guess::isOpen).toList();
      catchUp(open);
      while (!open.isEmpty()) {
        open.forEach(this::choose);
        open = open.stream().filter(Guess::isOpen).toList();
        advance(open);
      }
      return guesses.stream().map(Guess::draft).toList();
    }

    /// Lets the model read what has been drawn since it last guessed.
    private void catchUp(List<Guess> guesses) {
      List<SequenceEngine.Sequence> behind = new ArrayList<>();
      List<int[]> unread = new ArrayList<>();
      for (Guess guess : guesses) {
        Text text = guess.text;
        Memory memory = memories.get(text.number());
        if (memory == null) {
          int[] prompt = Arrays.copyOf(text.tokens(), text.length());
          SequenceEngine.Sequence fresh =
              session.start(text.number(), prompt, SequenceEngine.PromptListener.NONE);
          memories.put(text.number(), new Memory(fresh, guess.tokens));
        } else {
          memory.keepCommon(text);
          behind.add(memory.sequence);
          int from = memory.sequence.length();
          unread.add(Arrays.copyOfRange(text.tokens(), from, text.length()));
          memory.read = guess.tokens;
        }
      }
      if (!behind.isEmpty()) {
        session.advance(behind, unread.toArray(int[][]::new));
      }
    }

    private void choose(Guess guess) {
      float[] logits = sequence(guess).logits(guess.length);
      int number = guess.text.number();
      for (LogitsProcessor processor : request.processors()) {
        processor.process(number, guess.tokens, guess.length, logits);
      }
      double[] q = request.sampler().probabilities(logits);
      int token = Sampler.draw(q, guess.text.random().uniformDouble(guess.length));
      guess.add(token, q, token == request.endToken());
    }

    private void advance(List<Guess> guesses) {
      if (!guesses.isEmpty()) {
        session.advance(
            guesses.stream().map(this::sequence).toList(),
            guesses.stream()
                .map(guess -> new int[] {guess.tokens[guess.length - 1]})
                .toArray(int[][]::new));
      }
    }

    private SequenceEngine.Sequence sequence(Guess guess) {
      return Objects.requireNonNull(memories.get(guess.text.number())).sequence;
    }

    @Override
    public void end(int number) {
      Memory memory = memories.remove(number);
      if (memory != null) {
        memory.sequence.close();
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /// What the model has read of a sequence: the first `sequence.length()` tokens of `read`.
  private static final class Memory {
    private final SequenceEngine.Sequence sequence;
    private int[] read;

    Memory(SequenceEngine.Sequence sequence, int[] read) {
      this.sequence = sequence;
      this.read = read;
    }

    /// Forgets guesses that did not stand, and at least the last token, whose logits are wanted.
    void keepCommon(Drafter.Text text) {
      int most = Math.min(sequence.length(), text.length() - 1);
      int common = Arrays.mismatch(read, 0, most, text.tokens(), 0, most);
      sequence.rollBack(common < 0 ? most : common);
    }
  }

  /// A draft in the making.
  private static final class Guess {
    private final Drafter.Text text;
    private final int[] tokens; // the text and the guesses
    private final List<double[]> probabilities = new ArrayList<>();
    private int length;
    private boolean hasEnded;

    Guess(Drafter.Text text, int most) {
      this.text = text;
      this.length = text.length();
      this.tokens = Arrays.copyOf(text.tokens(), length + Math.max(0, most));
    }

    boolean isOpen() {
      return !hasEnded && length < tokens.length;
    }

    void add(int token, double[] q, boolean isEnd) {
      tokens[length++] = token;
      probabilities.add(q);
      hasEnded = isEnd;
    }

    Draft draft() {
      return new Draft(Arrays.copyOfRange(tokens, text.length(), length), probabilities);
    }
  }
}
