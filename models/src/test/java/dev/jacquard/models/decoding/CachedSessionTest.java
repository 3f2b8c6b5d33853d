package dev.jacquard.models.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.RopeScaling;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.nn.block.LlamaVariant;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.NativeMemoryException;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever way tokens take into a session, the logits are those of the whole sequence.
class CachedSessionTest {
  private static final int VOCABULARY = 23;
  private static final int CONTEXT = 48;
  private static final float TOLERANCE = 2e-5f; // logits are about 0.5; sums in another order

  private final Backend backend = Backends.cpu(2);
  private LlamaModel model = llama(false);
  private LlamaEngine sequences = new LlamaEngine(model, DType.F32, 7);

  private LlamaModel llama(boolean neighbouringPairs) {
    LlamaConfig config =
        new LlamaConfig(
            32,
            2,
            4,
            2,
            8,
            64,
            VOCABULARY,
            CONTEXT,
            1e-5f,
            10000,
            false,
            new LlamaVariant(false, false, neighbouringPairs, RopeScaling.NONE));
    LlamaModel llama = new LlamaModel(config, Parameters.random(backend, 3));
    llama // weights of 0.02 would hide mistakes
        .blockMatrices()
        .values()
        .forEach(w -> w.copyFrom(w.detach().scale(15)));
    return llama;
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void aPromptIsReadInBlocks() {
    int[] prompt = tokens(1, 30);
    List<Integer> heard = new ArrayList<>();
    try (SequenceEngine.Session session = sequences.open(1, CONTEXT)) {
      SequenceEngine.Sequence sequence =
          session.start(
              0,
              prompt,
              (read, length) -> {
                assertThat(length).isEqualTo(30);
                return heard.add(read);
              });
      assertThat(heard).containsExactly(7, 14, 21, 28, 30);
      check(sequence, prompt);
    }
  }

  @Test
  void aListenerStopsReading() {
    try (SequenceEngine.Session session = sequences.open(1, CONTEXT)) {
      SequenceEngine.Sequence sequence = session.start(0, tokens(1, 30), (read, _) -> read < 14);
      assertThat(sequence.length()).isEqualTo(14);
      assertThatThrownBy(() -> sequence.logits(14)).hasMessageContaining("not known");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sequencesOfDifferentLengthsGrowTogether(boolean neighbouringPairs) {
    model = llama(neighbouringPairs);
    sequences = new LlamaEngine(model, DType.F32, 7);
    try (SequenceEngine.Session session = sequences.open(4, CONTEXT)) {
      List<int[]> texts = new ArrayList<>();
      List<SequenceEngine.Sequence> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        texts.add(tokens(i, 3 + 5 * i));
        running.add(session.start(texts.get(i)));
      }
      for (int step = 0; step < 3; step++) {
        advance(session, running, texts, step, 1);
      }
      advance(session, running, texts, 9, 6); // more than a decoding kernel takes at a time
      running.remove(1).close(); // another moves to its place
      texts.remove(1);
      advance(session, running, texts, 4, 1);
      texts.add(tokens(7, 2));
      running.add(session.start(texts.getLast()));
      advance(session, running, texts, 5, 2);
    }
  }

  /// Appends tokens to each sequence and compares what follows each of them.
  private void advance(
      SequenceEngine.Session session,
      List<SequenceEngine.Sequence> running,
      List<int[]> texts,
      int seed,
      int count) {
    int[][] fresh = new int[running.size()][];
    for (int i = 0; i < fresh.length; i++) {
      fresh[i] = tokens(100 + 10 * seed + i, count);
      texts.set(i, joined(texts.get(i), fresh[i]));
    }
    session.advance(running, fresh);
    for (int i = 0; i < fresh.length; i++) {
      int length = texts.get(i).length;
      assertThat(running.get(i).length()).isEqualTo(length);
      for (int t = 0; t < count; t++) {
        check(running.get(i), Arrays.copyOf(texts.get(i), length - t));
      }
    }
  }

  @Test
  void aForkSharesItsBeginning() {
    int[] prompt = tokens(1, 20);
    try (SequenceEngine.Session session = sequences.open(3, CONTEXT)) {
      SequenceEngine.Sequence first = session.start(prompt);
      SequenceEngine.Sequence same = first.fork(20);
      check(same, prompt);
      session.advance(List.of(first), new int[][] {tokens(2, 4)});
      SequenceEngine.Sequence early = first.fork(11);
      assertThatThrownBy(() -> early.logits(11)).hasMessageContaining("not known");
      int[] more = tokens(3, 2);
      session.advance(List.of(early, same), new int[][] {more, more});
      check(early, joined(Arrays.copyOf(prompt, 11), more));
      check(same, joined(prompt, more));
      session.advance(List.of(first), new int[][] {more});
      check(first, joined(joined(prompt, tokens(2, 4)), more));
    }
  }

  @Test
  void draftsAreTakenBack() {
    int[] prompt = tokens(1, 9);
    int[] draft = tokens(2, 5);
    int[] other = tokens(3, 3);
    try (SequenceEngine.Session session = sequences.open(1, CONTEXT)) {
      SequenceEngine.Sequence sequence = session.start(prompt);
      session.advance(List.of(sequence), new int[][] {draft});
      sequence.rollBack(11);
      check(sequence, joined(prompt, Arrays.copyOf(draft, 2))); // still known
      session.advance(List.of(sequence), new int[][] {other});
      check(sequence, joined(joined(prompt, Arrays.copyOf(draft, 2)), other));
    }
  }

  @Test
  void thereIsNoMoreRoomThanWasAskedFor() {
    try (SequenceEngine.Session session = sequences.open(1, CONTEXT)) {
      SequenceEngine.Sequence first = session.start(1, 2);
      assertThatThrownBy(() -> first.fork(1)).hasMessageContaining("1 sequences run");
      first.close();
      first.close(); // a second time does nothing
      check(session.start(3, 4, 5), 3, 4, 5);
    }
  }

  @Test
  void memoryIsPlannedBeforeTheStart() {
    MemoryPlan plan = MemoryPlan.of(sequences, 2, 40);
    assertThat(plan.cacheBytes()).isEqualTo(4L * 2 * 2 * 2 * 40 * 2 * 8);
    assertThat(plan.weightBytes()).isZero(); // not in a mapped file
    assertThat(MemoryPlan.of(new LlamaEngine(model, DType.BF16, 7), 2, 40).cacheBytes())
        .isEqualTo(plan.cacheBytes() / 2);
    plan.requireFits();
    assertThatThrownBy(() -> sequences.open(1 << 30, CONTEXT))
        .isInstanceOf(NativeMemoryException.class)
        .hasMessageMatching("memory: sequences do not fit; need [\\d,]+ MiB: 0 for weights, .*");
  }

  /// Compares the logits of the next token with those of the whole sequence.
  private void check(SequenceEngine.Sequence sequence, int... tokens) {
    float[] expected =
        TensorScope.call(
            "whole",
            () -> {
              Tensor ids = Tensor.ofInts(backend, Shape.of(1, tokens.length), tokens);
              return model.logits(ids).narrow(1, tokens.length - 1, 1).toFloats();
            });
    float[] actual = sequence.logits(tokens.length);
    for (int v = 0; v < VOCABULARY; v++) {
      assertThat(actual[v]).isCloseTo(expected[v], within(TOLERANCE));
    }
  }

  private static int[] tokens(int seed, int count) {
    RandomStream random = RandomStream.of(seed);
    int[] tokens = new int[count];
    Arrays.setAll(tokens, i -> (int) (random.uniformDouble(i) * VOCABULARY));
    return tokens;
  }

  private static int[] joined(int[] a, int[] b) {
    int[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }
}
