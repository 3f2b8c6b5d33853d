package dev.jacquard.models.tokenshuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.decoding.CountingLoop;
import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.PlainLoop;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.llamagen.LlamaGenModel;
import dev.jacquard.models.llamagen.LlamaGenSequences;
import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenShuffleModelTest {
  private static final int SIDE = 4;
  private static final int CELLS = SIDE * SIDE;
  private static final int CODES = 11;
  private static final int DIM = 32;
  private static final int PICTURES = 3;

  private final Backend backend = Backends.byName("cpu", 2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private static LlamaGenConfig config() {
    return new LlamaGenConfig(Kind.CLASS, DIM, 2, 4, 2, 48, CODES, SIDE, 1, 5, 0, 1e-5f, 10000);
  }

  private TokenShuffleModel model(int window, int nBlocks) {
    TokenShuffleModel model =
        new TokenShuffleModel(config(), window, nBlocks, Parameters.random(backend, 0));
    fill(model.parameters());
    return model;
  }

  private static void fill(Parameters parameters) {
    parameters
        .named()
        .forEach((name, w) -> Initializer.normal(0.3f).fill(w, RandomStream.of(1).split(name)));
  }

  private Tensor classes() {
    return Tensor.ofInts(backend, Shape.of(PICTURES), 4, 1, 2);
  }

  private Tensor ids(int... codes) {
    return Tensor.ofInts(backend, Shape.of(codes.length / CELLS, CELLS), codes);
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "8, 2", "8, 4", "8, 8", "6, 3"})
  void everyCellHasOnePlaceInItsWindow(int side, int window) {
    int[] cells = new WindowOrder(side, window).cells();
    assertThat(Arrays.stream(cells).sorted().toArray())
        .isEqualTo(IntStream.range(0, side * side).toArray());
    for (int i = 0; i < cells.length; i++) {
      int first = cells[i - i % (window * window)]; // top left of the window
      int slot = i % (window * window);
      assertThat(first / side % window + first % side % window).isZero();
      assertThat(cells[i] - first).isEqualTo(slot / window * side + slot % window);
    }
  }

  @Test
  void gridsAndWidthsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> model(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grid 4x4, windows 3x3; need a divisor");
    LlamaGenConfig narrow =
        new LlamaGenConfig(Kind.CLASS, 8, 1, 1, 1, 8, CODES, SIDE, 1, 5, 0, 1e-5f, 10000);
    assertThatThrownBy(() -> new TokenShuffleModel(narrow, 4, 2, Parameters.random(backend, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dim 8, windows 4x4; need a multiple of 16");
  }

  /// With `fc_in` that keeps the first channels and `fc_out` that puts them back.
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void partingUndoesJoining(int window) {
    TokenShuffleModel model = model(window, 2);
    int part = DIM / (window * window);
    model
        .parameters()
        .named()
        .forEach(
            (name, w) -> {
              if (name.endsWith("w2.weight")) {
                Initializer.constant(0).fill(w, RandomStream.of(0));
              } else if (name.contains("fc_")) {
                float[] identity = new float[Math.toIntExact(w.shape().numel())];
                int columns = w.shape().intDim(1);
                for (int i = 0; i < part; i++) {
                  identity[i * columns + i] = 1;
                }
                w.copyFrom(Tensor.of(backend, w.shape(), identity));
              }
            });
    float[] codes = new float[2 * CELLS * DIM];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = RandomStream.of(2).normal(i);
    }
    Tensor joined = model.shuffle(Tensor.of(backend, Shape.of(2, CELLS, DIM), codes));
    assertThat(joined.shape()).isEqualTo(Shape.of(2, CELLS / (window * window), DIM));
    float[] again = model.unshuffle(joined).toFloats();
    for (int i = 0; i < codes.length; i++) {
      assertThat(again[i]).isEqualTo(i % DIM < part ? codes[i] : 0);
    }
  }

  @Test
  void windowsOfOneCodeWithoutNetworksAreAPlainLlamaGen() {
    TokenShuffleModel model = model(1, 0);
    LlamaGenModel plain = new LlamaGenModel(config(), Parameters.random(backend, 0));
    fill(plain.parameters());
    assertThat(model.parameters().named().keySet()).isEqualTo(plain.parameters().named().keySet());
    int[] codes = IntStream.range(0, PICTURES * CELLS).map(i -> i * 7 % CODES).toArray();
    assertThat(model.logits(classes(), ids(codes)).toFloats())
        .isEqualTo(plain.logits(classes(), ids(codes)).toFloats());
    assertThat(model.isBlockwise()).isFalse();
  }

  /// To the bit: no window sees itself or a later one, all see every code of those before.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 6, 8, 15})
  void aCodeChangesLaterWindowsOnly(int changed) {
    TokenShuffleModel model = model(2, 2);
    int[] codes = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
    Tensor one = Tensor.ofInts(backend, Shape.of(1), 2);
    float[] before = model.logits(one, ids(codes)).toFloats();
    codes[changed] = 10;
    float[] after = model.logits(one, ids(codes)).toFloats();
    for (int cell = 0; cell < CELLS; cell++) {
      boolean isSame =
          Arrays.equals(
              before, cell * CODES, (cell + 1) * CODES, after, cell * CODES, (cell + 1) * CODES);
      assertThat(isSame).as("cell " + cell).isEqualTo(window(cell) <= window(changed));
    }
  }

  private static int window(int cell) {
    return cell / SIDE / 2 * (SIDE / 2) + cell % SIDE / 2;
  }

  /// As many passes as windows, the condition's included; two pictures at once, with guidance that
  /// ends in the second window.
  @ParameterizedTest
  @CsvSource({"1, 2.5, -1", "2, 1, -1", "2, 2.5, -1", "2, 2.5, 4", "4, 2.5, -1"})
  void drawingWithACacheGivesTheLogitsOfOnePass(int window, double scale, int interval) {
    TokenShuffleModel model = model(window, 2);
    float[][][] seen = new float[PICTURES][CELLS][];
    Guidance guidance = new Guidance(scale, interval);
    CountingLoop loop = new CountingLoop(new PlainLoop());
    List<int[]> drawn =
        loop.generate(
            LlamaGenSequences.of(model, classes(), CaptionMask.NONE, guidance),
            new DecodingLoop.Request(
                Collections.nCopies(PICTURES, new int[0]),
                2,
                -1,
                CELLS,
                List.of((b, _, place, logits) -> seen[b][place] = logits.clone()),
                new CategoricalSampler(),
                List.of(RandomStream.of(1), RandomStream.of(2), RandomStream.of(3))),
            DecodingLoop.Listener.NONE);
    assertThat(loop.counts().passes()).isEqualTo(PICTURES * CELLS / (window * window));
    int[] order = model.order();
    int[] codes = new int[PICTURES * CELLS];
    for (int i = 0; i < codes.length; i++) {
      codes[i / CELLS * CELLS + order[i % CELLS]] = drawn.get(i / CELLS)[i % CELLS];
    }
    float[] with = model.logits(classes(), ids(codes)).toFloats(); // [3, N, V]
    float[] without = model.logits(model.gpt().condition().none(PICTURES), ids(codes)).toFloats();
    for (int i = 0; i < codes.length; i++) {
      int row = (i / CELLS * CELLS + order[i % CELLS]) * CODES;
      float[] expected = Arrays.copyOfRange(with, row, row + CODES);
      int before = i % CELLS / (window * window) * (window * window);
      if (guidance.appliesTo(before)) {
        guidance.apply(expected, Arrays.copyOfRange(without, row, row + CODES));
      }
      for (int v = 0; v < CODES; v++) {
        assertThat(seen[i / CELLS][i % CELLS][v]).isCloseTo(expected[v], within(3e-4f));
      }
    }
  }

  @Test
  void partsOfAWindowAreRefused() {
    SequenceEngine engine =
        LlamaGenSequences.of(model(2, 2), classes(), CaptionMask.NONE, Guidance.NONE);
    try (SequenceEngine.Session session = engine.open(1, CELLS)) {
      SequenceEngine.Sequence one = session.start(0, new int[] {3, 1, 4, 1}, (_, _) -> true);
      one.logits(7);
      assertThat(one.length()).isEqualTo(4);
      assertThatThrownBy(() -> session.advance(List.of(one), new int[][] {{1, 5}}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("6 codes are no whole windows of 4");
    }
  }
}
