package dev.jacquard.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TapeTest {
  private final ReferenceBackend backend = new ReferenceBackend();
  private final Tensor x = tensor(1, 2, 3).trainable();
  private final Tensor y = tensor(4, 5, 6).trainable();

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void gradientFollowsTheChainRule() {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> x.mul(y).scale(2).sum());
    Gradients gradients = tape.backward(loss);
    assertThat(gradients.of(x).toFloats()).containsExactly(8, 10, 12);
    assertThat(gradients.of(y).toFloats()).containsExactly(2, 4, 6);
  }

  @Test
  void tensorUsedTwiceGetsBothGradients() {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> x.mul(x).add(x).sum()); // x² + x
    assertThat(tape.backward(loss).of(x).toFloats()).containsExactly(3, 5, 7);
  }

  @Test
  void intermediateUsedTwiceGetsBothGradientsBeforeItPassesThemOn() {
    Tape tape = new Tape();
    Tensor loss =
        tape.call(
            () -> {
              Tensor square = x.mul(x);
              return square.mul(square).add(square).sum(); // x⁴ + x²
            });
    assertThat(tape.backward(loss).of(x).toFloats()).containsExactly(6, 36, 114);
  }

  @Test
  void gradientOfAResultMayComeFromOutside() {
    Tape tape = new Tape();
    Tensor z = tape.call(() -> x.mul(y));
    assertThat(tape.backward(z, tensor(1, 0, -1)).of(x).toFloats()).containsExactly(4, 0, -6);
  }

  @Test
  void detachedTensorsStopTheGradient() {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> x.mul(x.detach()).sum());
    assertThat(tape.backward(loss).of(x).toFloats()).containsExactly(1, 2, 3);
  }

  @Test
  void pausedComputationIsNotRecorded() {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> Tape.paused(() -> x.mul(x)).mul(y).sum());
    Gradients gradients = tape.backward(loss);
    assertThat(gradients.has(x)).isFalse();
    assertThat(gradients.of(y).toFloats()).containsExactly(1, 4, 9);
  }

  @Test
  void whatHappensOutsideTheTapeIsNotRecorded() {
    Tape tape = new Tape();
    Tensor before = x.mul(x);
    Tensor loss = tape.call(() -> before.mul(y).sum());
    Gradients gradients = tape.backward(loss);
    assertThat(gradients.has(x)).isFalse();
    assertThatThrownBy(() -> gradients.of(x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("the loss does not use it");
  }

  @Test
  void partOfTheComputationThatTheLossDoesNotUseGetsNoGradient() {
    Tape tape = new Tape();
    Tensor loss =
        tape.call(
            () -> {
              y.scale(3).sum();
              return x.sum();
            });
    Gradients gradients = tape.backward(loss);
    assertThat(gradients.has(y)).isFalse();
    assertThat(gradients.of(x).toFloats()).containsExactly(1, 1, 1);
  }

  @Test
  void followsOnlyWhatDependsOnTrainableTensors() {
    Tensor plain = tensor(1, 1, 1);
    assertThat(Tape.follows(x)).as("no tape").isFalse();
    new Tape()
        .call(
            () -> {
              assertThat(Tape.follows(x)).isTrue();
              assertThat(Tape.follows(x.add(plain))).isTrue();
              assertThat(Tape.follows(plain.add(plain))).isFalse();
              return Tape.paused(
                  () -> {
                    assertThat(Tape.follows(x)).isFalse();
                    return plain;
                  });
            });
  }

  @Test
  void lossOfSeveralElementsIsRefused() {
    Tape tape = new Tape();
    Tensor z = tape.call(() -> x.mul(y));
    assertThatThrownBy(() -> tape.backward(z))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("loss is no scalar; [3]");
    assertThatThrownBy(() -> tape.backward(z, tensor(1, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[3] and [2]");
  }

  @Test
  void exceptionInTheComputationComesThrough() {
    assertThatThrownBy(() -> new Tape().call(() -> x.add(tensor(1, 2))))
        .isInstanceOf(ShapeException.class);
  }

  private Tensor tensor(float... values) {
    return Tensor.of(backend, Shape.of(values.length), values);
  }
}
