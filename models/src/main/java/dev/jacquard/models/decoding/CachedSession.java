package dev.jacquard.models.decoding;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.tensor.memory.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Sequences of a model in the slots of one key-value cache.
///
/// Running sequences occupy the first slots, so that those of all together are one view; when one
/// ends, the last moves to its place. The last block of a prompt is read when its logits are
/// wanted, together with those of other prompts.
public final class CachedSession implements SequenceEngine.Session {
  private static final int[] NOTHING = {};

  private final CachedModel model;
  private final int promptBlock;
  private final int room;
  private final int height; // rows of the cache in a slot
  private final TensorScope scope = TensorScope.open("key-value cache");
  private final KvCache cache;
  private final List<Slot> running = new ArrayList<>(); // by slot

  /// Takes the memory.
  ///
  /// @param model the model
  /// @param sequences largest number of sequences at a time
  /// @param positions largest number of tokens of each
  /// @param promptBlock number of tokens of a prompt that are read at once
  public CachedSession(CachedModel model, int sequences, int positions, int promptBlock) {
    this.model = model;
    this.promptBlock = promptBlock;
    this.room = sequences;
    this.height = model.rowsPerSequence();
    this.cache = scope.within(() -> model.newCache(height * sequences, positions));
  }

  @Override
  public Slot start(int number, int[] prompt, SequenceEngine.PromptListener listener) {
    Slot sequence = newSlot(number);
    int from = 0;
    boolean goesOn = true;
    while (goesOn && prompt.length - from > promptBlock) {
      int[] block = Arrays.copyOfRange(prompt, from, from + promptBlock);
      read(List.of(new Part(sequence, block, 0)));
      from += promptBlock;
      goesOn = listener.onRead(from, prompt.length);
    }
    if (goesOn) {
      sequence.unread = Arrays.copyOfRange(prompt, from, prompt.length);
      sequence.isWaiting = true;
      if (prompt.length > 0) {
        listener.onRead(prompt.length, prompt.length);
      }
    }
    return sequence;
  }

  @Override
  public void advance(List<? extends SequenceEngine.Sequence> sequences, int[][] tokens) {
    readPrompts();
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      Slot slot = (Slot) sequences.get(i);
      int count = tokens[i].length;
      int last = model.isBlockwise() ? model.blockSize(slot.length() + count) : count;
      parts.add(new Part(slot, tokens[i], last));
    }
    readAll(parts);
  }

  /// Reads what is left of the prompts.
  private void readPrompts() {
    List<Part> parts = new ArrayList<>();
    for (Slot slot : running) {
      if (slot.isWaiting) {
        parts.add(new Part(slot, slot.unread, slot.ahead()));
        slot.isWaiting = false;
        slot.unread = NOTHING;
      }
    }
    readAll(parts);
  }

  /// New tokens of one sequence, and after how many of them logits are wanted.
  private final class Part {
    private final Slot slot;
    private final int[] tokens;
    private final int last;
    private final int before; // what tells those that cannot be computed together

    Part(Slot slot, int[] tokens, int last) {
      this.slot = slot;
      this.tokens = tokens;
      this.last = last;
      int positions = slot.positions();
      this.before = model.isBlockwise() ? positions : Math.min(1, positions);
    }

    /// Whether both can be computed together.
    boolean continues(Part other) {
      return slot.index == other.slot.index + 1
          && tokens.length == other.tokens.length
          && before == other.before;
    }
  }

  /// Reads parts, neighbours of one size together.
  private void readAll(List<Part> parts) {
    parts.sort(Comparator.comparingInt(part -> part.slot.index));
    for (int from = 0; from < parts.size(); ) {
      int to = from + 1;
      while (to < parts.size() && parts.get(to).continues(parts.get(to - 1))) {
        to++;
      }
      read(parts.subList(from, to));
      from = to;
    }
  }

  private void read(List<Part> parts) {
    int last = parts.getFirst().last;
    KvCache rows = cache.slots(height * parts.getFirst().slot.index, height * parts.size());
    int[] numbers = parts.stream().mapToInt(part -> part.slot.number).toArray();
    int[][] tokens = parts.stream().map(part -> part.tokens).toArray(int[][]::new);
    float[] logits = model.read(rows, numbers, tokens, last);
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).slot.remember(logits, i, parts.size(), last);
    }
  }

  private Slot newSlot(int number) {
    if (running.size() == room) {
      throw new IllegalStateException(
          "session: full; %d sequences run; end one first".formatted(room));
    }
    Slot slot = new Slot(running.size(), number);
    running.add(slot);
    slot.rows().rollBack(0);
    return slot;
  }

  @Override
  public void close() {
    running.clear();
    scope.close();
  }

  /// A running sequence.
  final class Slot implements SequenceEngine.Sequence {
    private final int number; // of the sequence
    private int index; // of the slot, also in `running`
    private int[] unread = NOTHING; // end of the prompt
    private boolean isWaiting; // for the end of the prompt to be read, also if that is empty
    private float[][] known = {}; // logits of the tokens at `firstKnown` and after
    private int firstKnown;

    Slot(int index, int number) {
      this.index = index;
      this.number = number;
    }

    /// Filled positions of the cache.
    private int positions() {
      return cache.length(height * index);
    }

    /// Positions that hold the condition and some tokens.
    private int positionsOf(int length) {
      return model.conditionLength() + length / model.tokensPerPosition();
    }

    private KvCache rows() {
      return cache.slots(height * index, height);
    }

    /// Keeps the logits of the `count` tokens that are known last, from those of a batch.
    private void remember(float[] logits, int place, int batch, int count) {
      int width = count == 0 ? 0 : logits.length / (batch * count);
      known = new float[count][];
      firstKnown = count == 0 ? length() : length() + ahead() - count;
      for (int t = 0; t < count; t++) {
        int from = (place * count + t) * width;
        known[t] = Arrays.copyOfRange(logits, from, from + width);
      }
    }

    @Override
    public int length() {
      int read = Math.max(0, positions() - model.conditionLength());
      return read * model.tokensPerPosition() + unread.length;
    }

    @Override
    public int ahead() {
      return model.blockSize(length());
    }

    @Override
    public float[] logits(int position) {
      readPrompts();
      int index = position - firstKnown;
      if (index < 0 || index >= known.length || position >= length() + ahead()) {
        throw new IllegalArgumentException(
            "sequence: logits of position %d are not known; of %d tokens the last %d were read together"
                .formatted(position, length(), known.length));
      }
      return known[index];
    }

    @Override
    public Slot fork(int length) {
      readPrompts();
      Slot other = newSlot(number);
      copyTo(other.index, positionsOf(length));
      if (length == length() && known.length > 0) {
        other.known = new float[ahead()][];
        Arrays.setAll(other.known, i -> logits(length + i).clone());
        other.firstKnown = length;
      }
      return other;
    }

    private void copyTo(int slot, int positions) {
      for (int row = 0; row < height; row++) {
        cache.copy(height * index + row, height * slot + row, positions);
      }
    }

    @Override
    public void rollBack(int length) {
      readPrompts();
      rows().rollBack(positionsOf(length));
    }

    @Override
    public void close() {
      if (running.size() > index && running.get(index) == this) {
        Slot last = running.removeLast();
        if (last != this) {
          last.copyTo(index, last.positions());
          running.set(index, last);
          last.index = index;
        }
      }
    }
  }
}
