package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.layer.Linear;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.PackedWeight;
import dev.jacquard.tensor.shape.DerivativeException;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedLinearTest {
  private static final int IN = 70;
  private static final int OUT = 130;

  private final Backend backend = Backends.cpu(2);
  private final TensorScope scope = TensorScope.open("test");
  private Linear layer;
  private Tensor x;

  @BeforeEach
  void build() {
    scope.within(
        () -> {
          Parameters p = Parameters.random(backend, 1);
          layer = Linear.withBias(p, IN, OUT, Initializer.normal(0.5f));
          x = Parameters.random(backend, 2).get("x", Shape.of(20, IN), Initializer.normal(1));
          return 0;
        });
  }

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 16, 20})
  void aPackedLayerGivesWhatItGaveBefore(int rows) {
    scope.within(
        () -> {
          Tensor input = x.narrow(0, 0, rows);
          float[] before = layer.forward(input).toFloats();
          layer.pack();
          assertThat(layer.forward(input).toFloats()).containsExactly(before, within(1e-4f));
          return 0;
        });
  }

  @Test
  void itIsTheCopyThatIsUsedUnlessGradientsAreWanted() {
    scope.within(
        () -> {
          layer.pack();
          float[] packed = layer.forward(x).toFloats();
          layer.weight().detach().copyFrom(Tensor.zeros(backend, layer.weight().shape()));
          assertThat(layer.forward(x).toFloats()).isEqualTo(packed); // the copy still has them
          Tape tape = new Tape();
          AtomicReference<Tensor> y = new AtomicReference<>();
          Tensor loss =
              tape.call(
                  () -> {
                    y.set(layer.forward(x));
                    return y.get().sum();
                  });
          assertThat(loss.item()).isZero();
          Gradients gradients = tape.backward(loss);
          assertThat(gradients.has(layer.weight())).isTrue();
          return 0;
        });
  }

  @Test
  void whatDoesNotFitIsRefused() {
    scope.within(
        () -> {
          PackedWeight packed = PackedWeight.of(layer.weight());
          assertThatThrownBy(() -> packed.apply(Tensor.zeros(backend, Shape.of(4, IN + 1))))
              .isInstanceOf(ShapeException.class)
              .hasMessageContaining("x [4, 71], weight [130, 70]; need x's last = 70");
          assertThatThrownBy(() -> new Tape().call(() -> packed.apply(x)))
              .isInstanceOf(DerivativeException.class)
              .hasMessageContaining("has no gradient");
          assertThatThrownBy(() -> PackedWeight.of(Tensor.zeros(backend, Shape.of(3))))
              .isInstanceOf(ShapeException.class);
          return 0;
        });
  }
}
