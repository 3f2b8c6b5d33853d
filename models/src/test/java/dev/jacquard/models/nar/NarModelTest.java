package dev.jacquard.models.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.llamagen.CaptionMask;
import dev.jacquard.models.llamagen.LlamaGenConfig;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
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
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NarModelTest {
  private static final int SIDE = 4;
  private static final int CODES = 11;

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
    return Tensor.ofInts(backend, Shape.of(2), 4, 1);
  }

  private static NarGenerator.Request request(double guidance) {
    return new NarGenerator.Request(
        new Guidance(guidance),
        List.of(),
        new CategoricalSampler(),
        List.of(RandomStream.of(1), RandomStream.of(2)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 16})
  void anNTimesNGridTakesTwoNMinusOnePasses(int side) {
    IntArrayList widths = new IntArrayList();
    int[][] codes =
        new NarGenerator(model(side))
            .generate(
                classes(),
                CaptionMask.NONE,
                request(2),
                (_, logits) -> widths.add(logits[0].length));
    assertThat(widths.size()).isEqualTo(2 * side - 1);
    assertThat(widths.intStream().sum()).isEqualTo(side * side);
    for (int d = 0; d < side; d++) {
      assertThat(widths.getInt(d)).isEqualTo(d + 1);
      assertThat(widths.getInt(2 * side - 2 - d)).isEqualTo(d + 1);
    }
    assertThat(codes[1]).hasSize(side * side);
  }

  @Test
  void cellsRunFromTheTopDownAndHaveTheirNeighboursOneDiagonalBefore() {
    DiagonalOrder order = new DiagonalOrder(3);
    assertThat(order.cells()).containsExactly(0, 1, 3, 2, 4, 6, 5, 7, 8);
    assertThat(order.cells(3)).containsExactly(5, 7);
  }

  @Test
  void drawingByDiagonalsGivesTheLogitsOfOneMaskedPass() {
    NarModel model = model(SIDE);
    List<float[][][]> drawn = new ArrayList<>();
    int[][] codes =
        new NarGenerator(model)
            .generate(classes(), CaptionMask.NONE, request(1), (_, some) -> drawn.add(some));
    Tensor ids = Tensor.ofInts(backend, Shape.of(2, SIDE * SIDE), concat(codes));
    float[] whole = model.logits(classes(), ids).toFloats(); // [2, N, V]
    for (int d = 0; d < model.order().diagonals(); d++) {
      int[] cells = model.order().cells(d);
      for (int k = 0; k < cells.length; k++) {
        for (int v = 0; v < CODES; v++) {
          assertThat(drawn.get(d)[1][k][v])
              .isCloseTo(whole[(SIDE * SIDE + cells[k]) * CODES + v], within(1e-4f));
        }
      }
    }
  }

  private static int[] concat(int[][] rows) {
    IntArrayList all = new IntArrayList();
    for (int[] row : rows) {
      all.addElements(all.size(), row);
    }
    return all.toIntArray();
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
          java.util.Arrays.equals(
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
