package dev.jacquard.models.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.decoding.DecodingLoop;
import dev.jacquard.models.decoding.NeighborLoop;
import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.llamagen.LlamaGenSequences;
import dev.jacquard.models.sampling.CategoricalSampler;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.models.sampling.LogitsProcessor;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NarModelTest {
  private static final int SIDE = 4;
  private static final int CODES = 11;
  private static final int PICTURES = 3;
  private static final Offset<Float> TOLERANCE = within(2e-4f); // logits are about 3

  private final Backend backend = Backends.byName("cpu", 2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private NarModel model(int side) {
    LlamaGenConfig config =
        new LlamaGenConfig(Kind.CLASS, 32, 2, 4, 2, 48, CODES, side, 1, 5, 0, 1e-5f, 10000);
    NarModel model = new NarModel(config, 1, Parameters.random(backend, 0));
    model
        .parameters()
        .named()
        .forEach((name, w) -> Initializer.normal(0.3f).fill(w, RandomStream.of(1).split(name)));
    return model;
  }

  private Tensor classes() {
    return Tensor.ofInts(backend, Shape.of(PICTURES), 4, 1, 2);
  }

  private Tensor two() {
    return classes().narrow(0, 0, 2);
  }

  /// Pictures in numbers at once, with codes by diagonals; those of the last are shorter for a
  /// listener that stops.
  private List<int[]> draw(
      NarModel model, Guidance guidance, int atOnce, DecodingLoop.Listener listener) {
    return new NeighborLoop()
        .generate(
            LlamaGenSequences.of(model, classes(), CaptionMask.NONE, guidance),
            request(model, atOnce, List.of()),
            listener);
  }

  private static DecodingLoop.Request request(
      NarModel model, int atOnce, List<LogitsProcessor> processors) {
    return new DecodingLoop.Request(
        Collections.nCopies(PICTURES, new int[0]),
        atOnce,
        -1,
        model.order().length,
        processors,
        new CategoricalSampler(),
        List.of(RandomStream.of(1), RandomStream.of(2), RandomStream.of(3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 16})
  void anNTimesNGridTakesTwoNMinusOnePasses(int side) {
    IntArrayList ends = new IntArrayList(IntArrayList.of(0)); // of the first picture's diagonals
    int[] steps = {0};
    List<int[]> codes =
        draw(
            model(side),
            new Guidance(2),
            PICTURES,
            new DecodingLoop.Listener() {
              @Override
              public boolean onStep(long tokens, int running) {
                steps[0]++;
                return true;
              }

              @Override
              public void onTokens(int sequence, int[] tokens, int length) {
                if (sequence == 0) {
                  ends.add(length);
                }
              }
            });
    assertThat(steps[0]).isEqualTo(2 * side - 1);
    assertThat(ends.size()).isEqualTo(2 * side);
    for (int d = 0; d < 2 * side - 1; d++) {
      assertThat(ends.getInt(d + 1) - ends.getInt(d)).isEqualTo(Math.min(d + 1, 2 * side - 1 - d));
    }
    assertThat(codes.get(1)).hasSize(side * side);
  }

  /// The passes of a loop are those of the network, too: a key-value cache is read and extended `2n
  /// - 1` times, by the condition and all diagonals but the last.
  @Test
  void theNetworkReadsADiagonalAtATime() {
    NarModel model = model(SIDE);
    KvCache cache = model.gpt().newCache(2, SIDE * SIDE);
    Tensor logits = model.read(model.gpt().condition().forward(two()), cache, CaptionMask.NONE, 1);
    assertThat(logits.shape()).isEqualTo(Shape.of(2, 1, CODES));
    int read = 0;
    for (int d = 0; d < 2 * SIDE - 2; d++) {
      int width = model.diagonals().size(d);
      int next = model.blockSize(read += width);
      Tensor ids = Tensor.ofInts(backend, Shape.of(2, width), new int[2 * width]);
      Tensor x = model.gpt().codes().forward(ids);
      logits = model.read(x, cache, CaptionMask.NONE, next);
      assertThat(logits.shape()).isEqualTo(Shape.of(2, next, CODES));
    }
    assertThat(cache.length()).isEqualTo(SIDE * SIDE); // the condition's row for the last code's
  }

  @Test
  void partsOfADiagonalAreRefused() {
    NarModel model = model(SIDE);
    SequenceEngine engine = LlamaGenSequences.of(model, classes(), CaptionMask.NONE, Guidance.NONE);
    try (SequenceEngine.Session session = engine.open(1, SIDE * SIDE)) {
      SequenceEngine.Sequence one = session.start(0, new int[] {3, 1, 4}, (_, _) -> true);
      assertThat(one.ahead()).isEqualTo(3);
      one.logits(5);
      assertThatThrownBy(() -> one.logits(6)).hasMessageContaining("position 6 are not known");
      assertThatThrownBy(() -> session.advance(List.of(one), new int[][] {{1, 5}}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("5 codes are no whole diagonals of a 4x4 grid");
    }
  }

  @Test
  void cellsRunFromTheTopDownAndHaveTheirNeighboursOneDiagonalBefore() {
    DiagonalOrder order = new DiagonalOrder(3);
    assertThat(order.diagonalAfter(6)).isEqualTo(3);
    assertThat(order.cells()).containsExactly(0, 1, 3, 2, 4, 6, 5, 7, 8);
    assertThat(order.cells(3)).containsExactly(5, 7);
  }

  /// Two at once, so that the third begins when the others have ended.
  @ParameterizedTest
  @CsvSource({"1, -1", "2.5, -1", "2.5, 2"}) // 2: ends within a diagonal
  void drawingWithACacheGivesTheLogitsOfOneMaskedPass(double scale, int interval) {
    NarModel model = model(SIDE);
    int cells = SIDE * SIDE;
    float[][][] seen = new float[PICTURES][cells][];
    Guidance guidance = new Guidance(scale, interval);
    List<int[]> codes =
        new NeighborLoop()
            .generate(
                LlamaGenSequences.of(model, classes(), CaptionMask.NONE, guidance),
                request(
                    model, 2, List.of((b, _, place, logits) -> seen[b][place] = logits.clone())),
                DecodingLoop.Listener.NONE);
    int[] order = model.order();
    int[] raster = new int[PICTURES * cells];
    for (int i = 0; i < raster.length; i++) {
      raster[i / cells * cells + order[i % cells]] = codes.get(i / cells)[i % cells];
    }
    Tensor ids = Tensor.ofInts(backend, Shape.of(PICTURES, cells), raster);
    float[] with = model.logits(classes(), ids).toFloats(); // [3, N, V]
    float[] without = model.logits(model.gpt().condition().none(PICTURES), ids).toFloats();
    for (int i = 0; i < PICTURES * cells; i++) {
      int row = (i / cells * cells + order[i % cells]) * CODES;
      float[] expected = Arrays.copyOfRange(with, row, row + CODES);
      if (guidance.appliesTo(before(order[i % cells]))) {
        guidance.apply(expected, Arrays.copyOfRange(without, row, row + CODES));
      }
      for (int v = 0; v < CODES; v++) {
        assertThat(seen[i / cells][i % cells][v]).isCloseTo(expected[v], TOLERANCE);
      }
    }
  }

  /// Number of cells on the diagonals before that of a cell.
  private static int before(int cell) {
    int diagonal = cell / SIDE + cell % SIDE;
    int count = 0;
    for (int other = 0; other < SIDE * SIDE; other++) {
      count += other / SIDE + other % SIDE < diagonal ? 1 : 0;
    }
    return count;
  }

  /// Two diagonals have three cells, at different places.
  @Test
  void sequencesOfOneSessionMayBeOnDifferentDiagonals() {
    NarModel model = model(SIDE);
    SequenceEngine engine =
        LlamaGenSequences.of(model, classes(), CaptionMask.NONE, new Guidance(2));
    int[][] before = {{3, 1, 4}, {2, 7, 1, 8, 2, 8, 1, 8, 2, 8}};
    int[][] diagonals = {{5, 6, 7}, {8, 9, 10}};
    try (SequenceEngine.Session both = engine.open(2, SIDE * SIDE)) {
      List<SequenceEngine.Sequence> running = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        running.add(both.start(i, before[i], SequenceEngine.PromptListener.NONE));
      }
      both.advance(running, diagonals);
      for (int i = 0; i < 2; i++) {
        try (SequenceEngine.Session alone = engine.open(1, SIDE * SIDE)) {
          var one = alone.start(i, before[i], SequenceEngine.PromptListener.NONE);
          alone.advance(List.of(one), new int[][] {diagonals[i]});
          for (int place = one.length(); place < one.length() + one.ahead(); place++) {
            assertThat(running.get(i).logits(place)).containsExactly(one.logits(place), TOLERANCE);
          }
        }
      }
    }
  }

  @Test
  void aPictureDoesNotDependOnThoseDrawnBesideIt() {
    NarModel model = model(SIDE);
    Guidance guidance = new Guidance(2);
    List<int[]> alone = draw(model, guidance, 1, DecodingLoop.Listener.NONE);
    List<int[]> together = draw(model, guidance, PICTURES, DecodingLoop.Listener.NONE);
    for (int i = 0; i < PICTURES; i++) {
      assertThat(together.get(i)).isEqualTo(alone.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 9, 15})
  void aCodeChangesLaterDiagonalsOnly(int changed) {
    NarModel model = model(SIDE);
    int[] codes = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
    float[] before = logits(model, codes);
    codes[changed] = 10;
    float[] after = logits(model, codes);
    int diagonal = changed / SIDE + changed % SIDE;
    for (int cell = 0; cell < SIDE * SIDE; cell++) {
      boolean isSame =
          Arrays.equals(
              before, cell * CODES, (cell + 1) * CODES, after, cell * CODES, (cell + 1) * CODES);
      assertThat(isSame).as("cell " + cell).isEqualTo(cell / SIDE + cell % SIDE <= diagonal);
    }
  }

  private float[] logits(NarModel model, int[] codes) {
    Tensor one = Tensor.ofInts(backend, Shape.of(1), 2);
    return model.logits(one, Tensor.ofInts(backend, Shape.of(1, SIDE * SIDE), codes)).toFloats();
  }

  @Test
  void theBaseSizeHasThePublishedNumberOfParameters() {
    LlamaGenConfig base = LlamaGenConfig.named("B", Kind.CLASS, 16);
    long block = 4L * 768 * 768 + 3L * 2048 * 768 + 2 * 768;
    long head = 768 + 16384L * 768;
    assertThat(base.parameterCount() + block + head).isEqualTo(130_551_552);
    NarModel small = model(SIDE);
    long furtherBlock = 32 * (4 + 2 + 2) * 8 + 32 * 32 + 3 * 48 * 32 + 2 * 32;
    assertThat(small.parameters().count())
        .isEqualTo(small.config().parameterCount() + furtherBlock + 32 + CODES * 32);
  }
}
