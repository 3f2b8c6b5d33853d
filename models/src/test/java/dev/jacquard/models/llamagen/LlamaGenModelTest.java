package dev.jacquard.models.llamagen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.models.decoding.SequenceEngine;
import dev.jacquard.models.llamagen.LlamaGenConfig.Kind;
import dev.jacquard.models.sampling.Guidance;
import dev.jacquard.nn.Initializer;
import dev.jacquard.nn.Parameters;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LlamaGenModelTest {
  /// Grouped queries, a head size that is no power of two, more than one token before the grid.
  static LlamaGenConfig config(Kind kind) {
    int tokens = kind == Kind.CLASS ? 1 : 5;
    return new LlamaGenConfig(kind, 48, 2, 4, 2, 64, 23, 3, tokens, 6, 7, 1e-5f, 10000);
  }

  private final Backend backend = Backends.byName("cpu", 2);
  private final TensorScope scope = TensorScope.open("test");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  /// A model whose weights are all far from 0.
  static LlamaGenModel model(LlamaGenConfig config, Backend backend) {
    return model(config, backend, 7);
  }

  static LlamaGenModel model(LlamaGenConfig config, Backend backend, int seed) {
    LlamaGenModel model = new LlamaGenModel(config, Parameters.random(backend, 3));
    RandomStream random = RandomStream.of(seed);
    for (Map.Entry<String, Tensor> entry : model.parameters().named().entrySet()) {
      Initializer.normal(0.3f).fill(entry.getValue(), random.split(entry.getKey()));
    }
    return model;
  }

  private Tensor conditions(Kind kind) {
    if (kind == Kind.CLASS) {
      return Tensor.ofInts(backend, Shape.of(2), 4, 1);
    }
    float[] features = new float[2 * 5 * 7];
    for (int i = 0; i < features.length; i++) {
      features[i] = RandomStream.of(1).normal(i);
    }
    return Tensor.of(backend, Shape.of(2, 5, 7), features);
  }

  private static final int[][] CODES = {
    {3, 22, 0, 7, 7, 19, 2, 11, 5}, {8, 1, 16, 4, 20, 9, 13, 6, 0}
  };

  private Tensor codes() {
    int[] flat = new int[18];
    System.arraycopy(CODES[0], 0, flat, 0, 9);
    System.arraycopy(CODES[1], 0, flat, 9, 9);
    return Tensor.ofInts(backend, Shape.of(2, 9), flat);
  }

  @Test
  void guidanceOfOneIsTheConditionAndOfZeroNone() {
    LlamaGenModel model = model(config(Kind.CLASS), backend);
    float[] conditional = first(model, conditions(Kind.CLASS), new Guidance(1));
    float[] none = first(model, model.condition().none(2), new Guidance(1));
    float[] zero = first(model, conditions(Kind.CLASS), new Guidance(0));
    float[] three = first(model, conditions(Kind.CLASS), new Guidance(3));
    for (int v = 0; v < 23; v++) {
      assertThat(zero[v]).isCloseTo(none[v], within(1e-5f));
      assertThat(three[v]).isCloseTo(none[v] + 3 * (conditional[v] - none[v]), within(1e-4f));
    }
    assertThat(conditional).isNotEqualTo(none);
  }

  private static float[] first(LlamaGenModel model, Tensor conditions, Guidance guidance) {
    var sequences = LlamaGenSequences.of(model, conditions, CaptionMask.NONE, guidance);
    try (SequenceEngine.Session session = sequences.open(1, 9)) {
      return session.start().logits(0);
    }
  }

  @Test
  void scoresWithConditionTokensAreZero() {
    LlamaGenModel model = model(config(Kind.CAPTION), backend);
    Tensor turned =
        model.rotary().forward(Tensor.full(backend, Shape.of(1, 6, 1, 12), 1.5f), 0); // [1, 6, ..]
    float[] values = turned.toFloats();
    assertThat(java.util.Arrays.copyOf(values, 5 * 12)).containsOnly(0f);
    assertThat(java.util.Arrays.copyOfRange(values, 5 * 12, 6 * 12)).containsOnly(1.5f);
  }

  @Test
  void theFirstLossIsThatOfUniformGuesses() {
    LlamaGenModel model = new LlamaGenModel(config(Kind.CLASS), Parameters.random(backend, 0));
    Tensor loss = model.loss(conditions(Kind.CLASS), codes(), codes(), CaptionMask.NONE);
    assertThat(loss.item()).isCloseTo((float) Math.log(23), within(1e-5f));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void countsItsParameters(Kind kind) {
    LlamaGenModel model = new LlamaGenModel(config(kind), Parameters.random(backend, 0));
    assertThat(model.config().parameterCount()).isEqualTo(model.parameters().count());
  }

  @ParameterizedTest
  @CsvSource({
    "B, 2048, 110888448",
    "L, 2816, 343072768",
    "XL, 3584, 775300480",
    "XXL, 4096, 1411222016",
    "3B, 8704, 3100800000"
  })
  void publishedSizes(String name, int ffnDim, long parameters) {
    LlamaGenConfig config = LlamaGenConfig.named(name, Kind.CLASS, 16);
    assertThat(config.ffnDim()).isEqualTo(ffnDim);
    assertThat(config.parameterCount()).isCloseTo(parameters, within(parameters / 200));
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatThrownBy(() -> LlamaGenConfig.named("S", Kind.CLASS, 16))
        .hasMessage("llamagen: no size \"S\"; have B, L, XL, XXL, XXXL, 1B, 3B, 7B");
    assertThatThrownBy(
            () -> new LlamaGenConfig(Kind.CLASS, 50, 2, 4, 4, 64, 23, 3, 1, 6, 7, 1e-5f, 10000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dim 50")
        .hasMessageContaining("need positive sizes");
  }
}
