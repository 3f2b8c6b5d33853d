package dev.jacquard.models.decoding;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Sequences of a Llama in the slots of one cache.
///
/// Running sequences occupy the first slots, so that those of all together are one view; when one
/// ends, the last moves to its place.
final class LlamaSession implements SequenceEngine.Session {
  private final LlamaModel llama;
  private final int promptBlock;
  private final int room;
  private final TensorScope scope = TensorScope.open("key-value cache");
  private final KvCache cache;
  private final List<Slot> running = new ArrayList<>(); // by slot

  LlamaSession(LlamaEngine model, int sequences, int positions) {
    this.llama = model.llama();
    this.promptBlock = model.promptBlock();
    this.room = sequences;
    this.cache = scope.within(() -> llama.newCache(sequences, positions, model.cacheType()));
  }

  @Override
  public Slot start(int number, int[] prompt, SequenceEngine.PromptListener listener) {
    Slot sequence = newSlot();
    KvCache own = cache.slots(sequence.number, 1);
    boolean goesOn = true;
    for (int from = 0; from < prompt.length && goesOn; from += promptBlock) {
      int to = Math.min(prompt.length, from + promptBlock);
      int[][] block = {Arrays.copyOfRange(prompt, from, to)};
      if (to < prompt.length) {
        TensorScope.run("prompt", () -> llama.hidden(ids(block), own));
      } else {
        sequence.remember(logits(own, block, 1), 0, 1);
      }
      goesOn = listener.onRead(to, prompt.length);
    }
    return sequence;
  }

  @Override
  public void advance(List<? extends SequenceEngine.Sequence> sequences, int[][] tokens) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      parts.add(new Part((Slot) sequences.get(i), tokens[i]));
    }
    parts.sort(Comparator.comparingInt(part -> part.slot.number));
    for (int from = 0; from < parts.size(); ) {
      int to = from + 1;
      while (to < parts.size() && parts.get(to).continues(parts.get(to - 1))) {
        to++;
      }
      advance(parts.subList(from, to));
      from = to;
    }
  }

  /// New tokens of one sequence.
  private static final class Part {
    private final Slot slot;
    private final int[] tokens;

    Part(Slot slot, int[] tokens) {
      this.slot = slot;
      this.tokens = tokens;
    }

    /// Whether both can be computed together.
    boolean continues(Part before) {
      return slot.number == before.slot.number + 1 && tokens.length == before.tokens.length;
    }
  }

  /// Advances neighbours by as many tokens each.
  private void advance(List<Part> parts) {
    KvCache slots = cache.slots(parts.getFirst().slot.number, parts.size());
    int[][] tokens = parts.stream().map(part -> part.tokens).toArray(int[][]::new);
    float[] logits = logits(slots, tokens, tokens[0].length);
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).slot.remember(logits, i, tokens[0].length);
    }
  }

  /// `[B, last, V]`, what follows the last of the new tokens of each sequence.
  private float[] logits(KvCache slots, int[][] tokens, int last) {
    return TensorScope.call(
        "decode step",
        () -> {
          Tensor hidden = llama.hidden(ids(tokens), slots); // [B, T, C]
          return llama.output(hidden.narrow(1, tokens[0].length - last, last)).toFloats();
        });
  }

  private Tensor ids(int[][] tokens) {
    int[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
    Shape shape = Shape.of(tokens.length, tokens[0].length);
    return Tensor.ofInts(llama.parameters().backend(), shape, flat);
  }

  private Slot newSlot() {
    if (running.size() == room) {
      throw new IllegalStateException(
          "session: full; %d sequences run; end one first".formatted(room));
    }
    Slot slot = new Slot(running.size());
    running.add(slot);
    cache.slots(slot.number, 1).rollBack(0);
    return slot;
  }

  @Override
  public void close() {
    running.clear();
    scope.close();
  }

  /// A running sequence.
  final class Slot implements SequenceEngine.Sequence {
    private int number; // of the slot, also in `running`
    private float[][] known = {}; // logits of the tokens at `firstKnown` and after
    private int firstKnown;

    Slot(int number) {
      this.number = number;
    }

    /// Keeps the logits after the latest `count` tokens from those of a batch.
    private void remember(float[] logits, int row, int count) {
      int vocabSize = llama.config().vocabSize();
      known = new float[count][];
      firstKnown = length() - count + 1;
      for (int t = 0; t < count; t++) {
        int from = (row * count + t) * vocabSize;
        known[t] = Arrays.copyOfRange(logits, from, from + vocabSize);
      }
    }

    @Override
    public int length() {
      return cache.length(number);
    }

    @Override
    public float[] logits(int position) {
      int index = position - firstKnown;
      if (index < 0 || index >= known.length || position > length()) {
        throw new IllegalArgumentException(
            "sequence: logits of position %d are not known; of %d tokens the last %d were read together"
                .formatted(position, length(), known.length));
      }
      return known[index];
    }

    @Override
    public Slot fork(int length) {
      Slot other = newSlot();
      cache.copy(number, other.number, length);
      if (length == length() && known.length > 0) {
        other.known = new float[][] {logits(length).clone()};
        other.firstKnown = length;
      }
      return other;
    }

    @Override
    public void rollBack(int length) {
      cache.slots(number, 1).rollBack(length);
    }

    @Override
    public void close() {
      if (running.size() > number && running.get(number) == this) {
        Slot last = running.removeLast();
        if (last != this) {
          cache.copy(last.number, number, last.length());
          running.set(number, last);
          last.number = number;
        }
      }
    }
  }
}
