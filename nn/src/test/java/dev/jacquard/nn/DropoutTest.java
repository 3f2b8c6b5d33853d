package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.layer.Dropout;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int N = 40_000;

  private final Backend backend = Backends.cpu(1);
  private final TensorScope scope = TensorScope.open("dropout");

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  private Tensor ones() {
    float[] ones = new float[N];
    Arrays.fill(ones, 1);
    return Tensor.of(backend, Shape.of(N / 100, 100), ones);
  }

  @Test
  void dropsItsShareAndKeepsTheMean() {
    scope.within(
        () -> {
          float[] y = new Dropout(0.25, RandomStream.of(3)).apply(ones()).toFloats();
          int zeros = 0;
          for (float value : y) {
            if (value == 0) {
              zeros++;
            } else {
              assertThat(value).isEqualTo(1 / 0.75f);
            }
          }
          // four standard deviations of a share: 4 · √(0.25 · 0.75 / 40,000) = 0.0087
          assertThat(zeros / (double) N).isCloseTo(0.25, within(0.0087));
          return y;
        });
  }

  @Test
  void equalPlacesDropAlikeAndOthersDoNot() {
    scope.within(
        () -> {
          Dropout dropout = new Dropout(0.5, RandomStream.of(0));
          float[] first = dropout.at(1).apply(ones()).toFloats();
          assertThat(dropout.at(1).apply(ones()).toFloats()).isEqualTo(first);
          assertThat(dropout.at(2).apply(ones()).toFloats()).isNotEqualTo(first);
          return first;
        });
  }

  @Test
  void gradientGoesWhereTheNumbersWent() {
    scope.within(
        () -> {
          Tensor x = ones().trainable();
          Tape tape = new Tape();
          Tensor y = tape.call(() -> new Dropout(0.5, RandomStream.of(0)).apply(x));
          Tensor sum = tape.call(y::sum);
          assertThat(tape.backward(sum).of(x).toFloats()).isEqualTo(y.toFloats());
          return x;
        });
  }

  @Test
  void probabilityZeroLeavesTheTensorItself() {
    Tensor x = scope.within(this::ones);
    assertThat(Dropout.NONE.at(7).apply(x)).isSameAs(x);
    assertThatThrownBy(() -> new Dropout(1, RandomStream.of(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dropout: probability out of range; 1.0; need at least 0, below 1");
  }
}
