package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.attention.KvCache;
import dev.jacquard.nn.block.LlamaConfig;
import dev.jacquard.nn.block.LlamaModel;
import dev.jacquard.nn.optim.AdamW;
import dev.jacquard.nn.optim.GradientNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.DTypeException;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaModelTest {
  private static final LlamaConfig TINY =
      new LlamaConfig(24, 2, 4, 2, 6, 40, 11, 16, 1e-5f, 10000, false);

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void gradientsEqualCentralDifferences(String name) {
    try (Backend backend = Backends.byName(name, 2)) {
      LlamaModel model = new LlamaModel(TINY, Parameters.random(backend, 5));
      Tensor ids = tokens(backend, 2, 7, 1);
      Tensor labels = tokens(backend, 2, 7, 2);
      Tape tape = new Tape();
      Tensor loss = tape.call(() -> model.loss(ids, labels));
      Gradients gradients = tape.backward(loss);
      model
          .parameters()
          .named()
          .forEach(
              (parameter, p) -> {
                // along one random direction: a single number checks the whole tensor
                float[] direction = direction(p, parameter);
                float[] start = p.toFloats();
                float h = 2e-2f / (float) Math.sqrt(start.length);
                double up = lossAt(model, p, start, direction, h, ids, labels);
                double down = lossAt(model, p, start, direction, -h, ids, labels);
                p.copyFrom(start);
                double expected = (up - down) / (2 * h);
                double actual = dot(gradients.of(p).toFloats(), direction);
                // f32 forward passes: rounding of the loss (1e-7 relative) over 2h
                assertThat(actual)
                    .as(parameter)
                    .isCloseTo(expected, within(2e-3 + 0.02 * Math.abs(expected)));
              });
    }
  }

  @Test
  void trainingLowersTheLoss() {
    try (Backend backend = Backends.cpu(2)) {
      LlamaModel model = new LlamaModel(TINY, Parameters.random(backend, 5));
      Tensor ids = tokens(backend, 4, 16, 1);
      AdamW adam =
          new AdamW(AdamW.decayMatricesOnly(model.parameters().named(), 0.1f), AdamW.Betas.LLAMA);
      float[] losses = new float[40];
      for (int i = 0; i < losses.length; i++) {
        int step = i;
        TensorScope.run(
            "step",
            () -> {
              Tape tape = new Tape();
              Tensor loss = tape.call(() -> model.loss(ids, ids));
              losses[step] = loss.item();
              Gradients gradients = tape.backward(loss);
              double norm = GradientNorm.of(model.parameters().named().values(), gradients);
              adam.step(gradients, 1e-2, GradientNorm.clipFactor(norm, 1));
            });
      }
      assertThat(losses[0]).isCloseTo((float) Math.log(11), within(0.1f));
      assertThat(losses[39]).isLessThan(0.1f);
    }
  }

  @Test
  void cacheGivesTheLogitsOfTheWholeSequence() {
    try (Backend backend = Backends.cpu(2)) {
      LlamaModel model = new LlamaModel(TINY, Parameters.random(backend, 5));
      Tensor ids = tokens(backend, 2, 9, 3);
      float[] whole = model.logits(ids).narrow(1, 8, 1).toFloats();
      KvCache cache = model.newCache(2, 9);
      model.nextLogits(ids.narrow(1, 0, 5), cache);
      model.nextLogits(ids.narrow(1, 5, 3), cache);
      float[] last = model.nextLogits(ids.narrow(1, 8, 1), cache).toFloats();
      for (int i = 0; i < whole.length; i++) {
        assertThat(last[i]).isCloseTo(whole[i], within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void cacheOf16BitsGivesNearlyTheSameLogits(DType type) {
    try (Backend backend = Backends.cpu(2)) {
      LlamaModel model = new LlamaModel(TINY, Parameters.random(backend, 5));
      Tensor ids = tokens(backend, 2, 9, 3);
      KvCache exact = model.newCache(2, 9);
      KvCache rounded = model.newCache(2, 9, type);
      float difference = 0;
      for (int[] part : new int[][] {{0, 6}, {6, 2}, {8, 1}}) { // in blocks, then one by one
        Tensor next = ids.narrow(1, part[0], part[1]);
        float[] expected = model.nextLogits(next, exact).toFloats();
        float[] actual = model.nextLogits(next, rounded).toFloats();
        for (int i = 0; i < expected.length; i++) {
          difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
      }
      // logits are about 0.1; bf16 rounds by up to 1 in 512
      assertThat(difference).isBetween(1e-9f, 1e-3f);
    }
  }

  @Test
  void cacheOfOtherTypesIsRefused() {
    try (Backend backend = Backends.cpu(1)) {
      assertThatThrownBy(() -> new KvCache(backend, 1, 1, 32, 1, 32, DType.Q8_0))
          .isInstanceOf(DTypeException.class)
          .hasMessage("kvCache: keys cannot be kept as Q8_0; need F32, BF16 or F16");
    }
  }

  private static double lossAt(
      LlamaModel model,
      Tensor p,
      float[] start,
      float[] direction,
      float h,
      Tensor ids,
      Tensor labels) {
    float[] moved = new float[start.length];
    for (int i = 0; i < start.length; i++) {
      moved[i] = start[i] + h * direction[i];
    }
    p.copyFrom(moved);
    return TensorScope.call("loss", () -> (double) model.loss(ids, labels).item());
  }

  private static float[] direction(Tensor p, String name) {
    float[] direction = new float[(int) p.shape().numel()];
    RandomStream random = RandomStream.of(9).split(name);
    for (int i = 0; i < direction.length; i++) {
      direction[i] = random.normal(i);
    }
    return direction;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static Tensor tokens(Backend backend, int batch, int length, long seed) {
    int[] ids = new int[batch * length];
    RandomStream random = RandomStream.of(seed);
    Arrays.setAll(ids, i -> random.below(i, 11));
    return Tensor.ofInts(backend, Shape.of(batch, length), ids);
  }
}
