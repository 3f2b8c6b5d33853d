package dev.jacquard.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GumbelOpTest {
  private static final RandomStream RANDOM = RandomStream.of(20260101).split("gumbel test");
  private static final double[] PROBABILITIES = {0.3, 0, 0.02, 0.18, 0.5};

  private final Backend backend = Backends.cpu(2);

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void classesAreDrawnWithTheirProbabilities() {
    int rows = 40_000;
    float[] logits = new float[5];
    for (int i = 0; i < 5; i++) {
      logits[i] = (float) Math.log(PROBABILITIES[i]) + 3; // a shift changes nothing; log 0 = -∞
    }
    Tensor all = ExpandOp.apply(Tensor.of(backend, Shape.of(1, 5), logits), rows, 5);
    int[] counts = new int[5];
    for (int id : GumbelOp.sample(all, RANDOM).toInts()) {
      counts[id]++;
    }
    assertThat(counts[1]).isZero();
    double statistic = 0;
    for (int i : new int[] {0, 2, 3, 4}) {
      double expected = rows * PROBABILITIES[i];
      statistic += Math.pow(counts[i] - expected, 2) / expected;
    }
    assertThat(statistic)
        .as("chi-square of %s", Arrays.toString(counts))
        .isLessThan(16.27); // 0.1 %
  }

  @Test
  void noiseHasTheMomentsOfTheGumbelDistribution() {
    int count = 100_000;
    double mean = 0;
    double squares = 0;
    for (float g : GumbelOp.noise(backend, Shape.of(count), RANDOM).toFloats()) {
      mean += g / count;
      squares += (double) g * g / count;
    }
    double variance = Math.PI * Math.PI / 6;
    assertThat(mean).isCloseTo(0.5772157, within(4 * Math.sqrt(variance / count)));
    // the kurtosis is 5.4, so the variance of the squares about 4.4 times the variance squared
    assertThat(squares - mean * mean)
        .isCloseTo(variance, within(4 * variance * Math.sqrt(4.4 / count)));
  }

  @Test
  void softmaxOfNoisyLogitsNearsTheDrawnClass() {
    Tensor logits = Tensor.of(backend, Shape.of(2, 3), 0.5f, -1, 2, 0, 0, 0);
    Tensor noisy = logits.add(GumbelOp.noise(backend, logits.shape(), RANDOM));
    assertThat(GumbelOp.softmax(logits, 0.7f, RANDOM).toFloats())
        .isEqualTo(SoftmaxOp.apply(noisy.scale(1 / 0.7f)).toFloats());
    int[] drawn = GumbelOp.sample(logits, RANDOM).toInts();
    float[] cold = GumbelOp.softmax(logits, 0.001f, RANDOM).toFloats();
    for (int row = 0; row < 2; row++) {
      assertThat(cold[3 * row + drawn[row]]).isCloseTo(1, within(1e-3f));
    }
  }

  @Test
  void oneHotIsTheDrawnClassWithTheGradientOfTheSoftmax() {
    Tensor logits = Tensor.of(backend, Shape.of(2, 3), 0.5f, -1, 2, 0, 0, 0).trainable();
    Tensor weights = Tensor.of(backend, Shape.of(2, 3), 1, -2, 3, 0.5f, 4, -1);
    float[] hard = GumbelOp.oneHot(logits, 0.7f, RANDOM).toFloats();
    int[] drawn = GumbelOp.sample(logits, RANDOM).toInts();
    assertThat(hard)
        .isEqualTo(OneHotOp.apply(Tensor.ofInts(backend, Shape.of(2), drawn), 3).toFloats());
    Tape tape = new Tape();
    Tensor one = tape.call(() -> GumbelOp.oneHot(logits, 0.7f, RANDOM).mul(weights).sum());
    float[] straight = tape.backward(one).of(logits).toFloats();
    Tensor soft = tape.call(() -> GumbelOp.softmax(logits, 0.7f, RANDOM).mul(weights).sum());
    assertThat(straight).isEqualTo(tape.backward(soft).of(logits).toFloats());
    assertThat(straight).doesNotContain(0f);
  }

  @Test
  void temperatureMustBePositive() {
    Tensor logits = Tensor.zeros(backend, Shape.of(1, 2));
    assertThatThrownBy(() -> GumbelOp.softmax(logits, 0, RANDOM))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("gumbel: no distribution; logits [1, 2], temperature 0.0");
    assertThatThrownBy(() -> GumbelOp.oneHot(logits, Float.NaN, RANDOM))
        .isInstanceOf(ShapeException.class);
  }
}
