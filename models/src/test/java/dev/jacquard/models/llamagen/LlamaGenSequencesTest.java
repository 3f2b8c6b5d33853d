package dev.jacquard.models.llamagen;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.decoding.CountingLoop;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.decoding.SpeculativeLoop;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.sampling.ChiSquare;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.SamplingOptions;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever way codes take into a session, the logits are those of whole pictures, guided; loops
/// that lose nothing draw what the plain loop draws.
class LlamaGenSequencesTest {
  private static final int CODES = 23;
  private static final int LENGTH = 9;

  private final Backend backend = Backends.cpu(2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  /// A model with some conditions, of which captions have different lengths.
  private final class Given {
    private final LlamaGenModel model;
    private final Tensor conditions;
    private final CaptionMask mask;

    Given(Kind kind, int seed, int count) {
      this(LlamaGenModelTest.config(kind), seed, count);
    }

    Given(LlamaGenConfig config, int seed, int count) {
      model = LlamaGenModelTest.model(config, backend, seed);
      if (config.kind() == Kind.CLASS) {
        int[] classes = IntStream.range(0, count).map(i -> i % 6).toArray();
        conditions = Tensor.ofInts(backend, Shape.of(count), classes);
        mask = CaptionMask.NONE;
      } else {
        float[] features = new float[count * 5 * 7];
        for (int i = 0; i < features.length; i++) {
          features[i] = RandomStream.of(1).normal(i);
        }
        conditions = Tensor.of(backend, Shape.of(count, 5, 7), features);
        mask =
            new CaptionMask(
                IntStream.range(0, count)
                    .mapToObj(i -> new boolean[] {i % 3 > 1, i % 3 > 0, i % 2 > 0, true, true})
                    .toList());
      }
    }

    LlamaGenSequences sequences(Guidance guidance) {
      return LlamaGenSequences.of(model, conditions, mask, guidance);
    }

    /// What follows some codes, from whole pictures with and without condition.
    float[] expected(int number, Guidance guidance, int... codes) {
      Tensor one = conditions.narrow(0, number, 1);
      float[] logits = last(one, number, codes);
      if (guidance.appliesTo(codes.length)) {
        guidance.apply(logits, last(model.condition().none(1), number, codes));
      }
      return logits;
    }

    private float[] last(Tensor condition, int number, int[] codes) {
      return TensorScope.call(
          "whole",
          () -> {
            int[] padded = Arrays.copyOf(codes, codes.length + 1); // the last is not read
            Tensor ids = Tensor.ofInts(backend, Shape.of(1, padded.length), padded);
            Tensor logits = model.logits(condition, ids, mask.of(number));
            return logits.narrow(1, codes.length, 1).toFloats();
          });
    }
  }

  @ParameterizedTest
  @CsvSource({"CLASS, 1, -1", "CLASS, 2.5, -1", "CLASS, 2.5, 2", "CAPTION, 1, -1", "CAPTION, 3, 1"})
  void sequencesGrowAtTheirOwnPace(Kind kind, double scale, int interval) {
    Given given = new Given(kind, 3, 4);
    Guidance guidance = new Guidance(scale, interval);
    int[][] texts = {{}, {4, 7}, {}, {1, 2, 3}};
    try (SequenceEngine.Session session = given.sequences(guidance).open(4, LENGTH)) {
      List<SequenceEngine.Sequence> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(session.start(i, texts[i], SequenceEngine.PromptListener.NONE));
      }
      check(given, guidance, running, texts, 1);
      advance(
          session, running, texts, new int[][] {{5, 6, 7}, {8, 9, 10}, {11, 12, 13}, {14, 1, 2}});
      check(given, guidance, running, texts, 3);
      running.get(0).rollBack(1); // drafts that did not stand
      running.get(2).rollBack(0);
      texts[0] = new int[] {5};
      texts[2] = new int[] {};
      advance(session, running, texts, new int[][] {{3, 3}, {2}, {6, 1}, {9}});
      check(given, guidance, running, texts, 1);
      SequenceEngine.Sequence same = running.get(3);
      running.get(1).close(); // another moves to its place
      session.advance(List.of(same), new int[][] {{20}});
      texts[3] = joined(texts[3], 20);
      check(given, guidance, List.of(same), new int[][] {texts[3]}, 1, 3);
      SequenceEngine.Sequence fork = same.fork(4);
      session.advance(List.of(fork), new int[][] {{21, 22}});
      int[][] forked = {joined(Arrays.copyOf(texts[3], 4), 21, 22)};
      check(given, guidance, List.of(fork), forked, 2, 3);
    }
  }

  private static void advance(
      SequenceEngine.Session session,
      List<SequenceEngine.Sequence> running,
      int[][] texts,
      int[][] fresh) {
    session.advance(running, fresh);
    for (int i = 0; i < fresh.length; i++) {
      texts[i] = joined(texts[i], fresh[i]);
    }
  }

  private static int[] joined(int[] a, int... b) {
    int[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  private static void check(
      Given given,
      Guidance guidance,
      List<SequenceEngine.Sequence> running,
      int[][] texts,
      int last,
      int... numbers) {
    for (int i = 0; i < texts.length; i++) {
      assertThat(running.get(i).length()).isEqualTo(texts[i].length);
      for (int length = texts[i].length; length > texts[i].length - last; length--) {
        int number = numbers.length == 0 ? i : numbers[i];
        float[] expected = given.expected(number, guidance, Arrays.copyOf(texts[i], length));
        float[] actual = running.get(i).logits(length);
        for (int v = 0; v < CODES; v++) {
          assertThat(actual[v]).isCloseTo(expected[v], within(2e-4f)); // logits are about 3
        }
      }
    }
  }

  /// Many prompts, among them none at all, drawn 40 at once with guidance.
  @ParameterizedTest
  @EnumSource(Kind.class)
  void greedyCodesAreThoseOfThePlainLoop(Kind kind) {
    int count = kind == Kind.CLASS ? 1000 : 100;
    Given given = new Given(kind, 3, count);
    SequenceEngine model = given.sequences(new Guidance(2));
    SequenceEngine other = new Given(kind, 4, count).sequences(new Guidance(2));
    DecodingLoop.Request request = request(new SamplingOptions(0, 0, 1, 0), count, 4);
    List<int[]> plain = new PlainLoop().generate(model, request, DecodingLoop.Listener.NONE);
    for (SpeculativeLoop loop :
        List.of(
            SpeculativeLoop.ngram(),
            SpeculativeLoop.jacobi(),
            SpeculativeLoop.speculativeJacobi(),
            SpeculativeLoop.forced(),
            SpeculativeLoop.draft(other))) {
      assertSame(loop, model, request, plain);
    }
    CountingLoop itself = new CountingLoop(SpeculativeLoop.draft(model));
    assertSame(itself, model, request, plain);
    assertThat(itself.counts().stood()).isEqualTo(itself.counts().guessed()).isPositive();
  }

  private static void assertSame(
      DecodingLoop loop, SequenceEngine model, DecodingLoop.Request request, List<int[]> plain) {
    List<int[]> drawn = loop.generate(model, request, DecodingLoop.Listener.NONE);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(drawn.get(i)).as("%s, %d", loop.name(), i).isEqualTo(plain.get(i));
    }
  }

  /// Jacobi iteration ends where the plain loop does, also when it draws.
  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5})
  void jacobiDrawsTheCodesOfThePlainLoop(double scale) {
    SequenceEngine model = new Given(Kind.CLASS, 3, 60).sequences(new Guidance(scale));
    DecodingLoop.Request request = request(new SamplingOptions(0.5, 12, 0.95, 7), 60, 3);
    List<int[]> plain = new PlainLoop().generate(model, request, DecodingLoop.Listener.NONE);
    CountingLoop jacobi = new CountingLoop(SpeculativeLoop.jacobi());
    assertSame(jacobi, model, request, plain);
    assertThat(jacobi.counts().passes()).isLessThan(jacobi.counts().tokens());
  }

  /// Pictures do not depend on what is drawn beside them.
  @Test
  void aPictureDoesNotDependOnItsBatch() {
    SequenceEngine model = new Given(Kind.CLASS, 3, 12).sequences(new Guidance(1.5));
    SamplingOptions options = new SamplingOptions(1, 0, 1, 7);
    List<int[]> one =
        SpeculativeLoop.speculativeJacobi()
            .generate(model, request(options, 12, 3, 1), DecodingLoop.Listener.NONE);
    assertSame(SpeculativeLoop.speculativeJacobi(), model, request(options, 12, 3, 5), one);
  }

  /// All 81 pictures of four codes, with guidance and filters.
  @Test
  void guidedPicturesComeWithTheGuidedProbabilities() {
    LlamaGenConfig small =
        new LlamaGenConfig(Kind.CLASS, 16, 1, 2, 2, 16, 3, 2, 1, 6, 0, 1e-5f, 10000);
    Given given = new Given(small, 5, 6);
    Guidance guidance = new Guidance(1.7);
    SamplingOptions options = new SamplingOptions(1.2, 0, 0.97, 3);
    Map<String, Double> expected = new HashMap<>(Map.of("", 1.0));
    for (int length = 0; length < 4; length++) {
      Map<String, Double> longer = new HashMap<>();
      expected.forEach(
          (text, probability) -> {
            float[] logits = given.expected(2, guidance, text.chars().map(c -> c - '0').toArray());
            options.processors().forEach(p -> p.process(0, new int[0], 0, logits));
            double[] p = options.sampler().probabilities(logits);
            for (int v = 0; v < 3; v++) {
              longer.put(text + v, probability * p[v]);
            }
          });
      expected.clear();
      expected.putAll(longer);
    }
    expected.values().removeIf(p -> p == 0);
    LlamaGenSequences all = given.sequences(guidance);
    SequenceEngine second =
        new LlamaGenSequences(given.model, _ -> all.conditions().apply(2), guidance);
    RandomStream random = RandomStream.of(4);
    int count = 4000;
    DecodingLoop.Request request =
        new DecodingLoop.Request(
            Collections.nCopies(count, new int[0]),
            200,
            -1,
            4,
            options.processors(),
            options.sampler(),
            IntStream.range(0, count).mapToObj(random::split).toList());
    Map<String, Integer> counts = new HashMap<>();
    for (int[] codes :
        SpeculativeLoop.speculativeJacobi().generate(second, request, DecodingLoop.Listener.NONE)) {
      String text = Arrays.stream(codes).mapToObj(Integer::toString).collect(joining());
      counts.merge(text, 1, Integer::sum);
    }
    ChiSquare.check(expected, counts);
  }

  private static DecodingLoop.Request request(SamplingOptions options, int count, int prompts) {
    return request(options, count, prompts, 40);
  }

  /// @param prompts picture `i` begins with `i` modulo this codes
  private static DecodingLoop.Request request(
      SamplingOptions options, int count, int prompts, int atOnce) {
    RandomStream random = RandomStream.of(options.seed());
    return new DecodingLoop.Request(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    IntStream.range(0, i % prompts)
                        .map(t -> RandomStream.of(i).below(t, CODES))
                        .toArray())
            .toList(),
        atOnce,
        -1,
        LENGTH,
        options.processors(),
        options.sampler(),
        IntStream.range(0, count).mapToObj(random::split).toList());
  }
}
