package dev.jacquard.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.nn.layer.BatchNorm;
import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.io.Checkpoint;
import dev.jacquard.tensor.io.SafetensorsReader;
import dev.jacquard.tensor.io.SafetensorsWriter;
import dev.jacquard.tensor.io.StateDict;
import dev.jacquard.tensor.shape.DType;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchNormTest {
  private static final float EPS = 1e-5f;

  private final Backend backend = Backends.cpu(1);
  private final Parameters p = Parameters.random(backend, 1);
  private final BatchNorm norm = new BatchNorm(p.at("bn"), 2, 0.1f, EPS);
  // channel 0: 1 3 -1 5 (mean 2, squares 20); channel 1: 0 0 4 8 (mean 3, squares 44)
  private final Tensor x = Tensor.of(backend, Shape.of(2, 2, 1, 2), 1, 3, 0, 0, -1, 5, 4, 8);

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void namesAndTypesAreThoseOfPyTorch() {
    assertThat(p.state().keySet())
        .containsExactly(
            "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "bn.num_batches_tracked");
    assertThat(p.named().keySet()).containsExactly("bn.weight", "bn.bias");
    assertThat(p.count()).isEqualTo(4);
    assertThat(state("num_batches_tracked").dtype()).isEqualTo(DType.I64);
    assertThat(state("num_batches_tracked").shape()).isEqualTo(Shape.of());
  }

  @Test
  void trainingNormalisesByTheBatchAndFollowsIt() {
    float[] y = norm.forward(x, true).toFloats();
    double[] expected = {-1, 1, -3, -3, -3, 3, 1, 5};
    for (int i = 0; i < 8; i++) {
      double variance = i / 2 % 2 == 0 ? 20 / 4.0 : 44 / 4.0;
      assertThat((double) y[i]).isCloseTo(expected[i] / Math.sqrt(variance + EPS), within(1e-5));
    }
    assertClose("running_mean", 0.1 * 2, 0.1 * 3);
    assertClose("running_var", 0.9 + 0.1 * 20 / 3, 0.9 + 0.1 * 44 / 3);
    norm.forward(x, true);
    assertClose("running_mean", 0.19 * 2, 0.19 * 3);
    assertClose("running_var", 0.81 + 0.19 * 20 / 3, 0.81 + 0.19 * 44 / 3);
    assertThat(state("num_batches_tracked").toLongs()).containsExactly(2);
  }

  @Test
  void useNormalisesByTheAveragesAndLeavesThemAlone() {
    state("running_mean").copyFrom(2, -1);
    state("running_var").copyFrom(4, 0.25f);
    state("weight").copyFrom(3, 1);
    state("bias").copyFrom(0.5f, 7);
    float[] y = norm.forward(x, false).toFloats();
    for (int i = 0; i < 8; i++) {
      double value = x.toFloats()[i];
      double expected =
          i / 2 % 2 == 0
              ? (value - 2) / Math.sqrt(4 + EPS) * 3 + 0.5
              : (value + 1) / Math.sqrt(0.25 + EPS) + 7;
      assertThat((double) y[i]).isCloseTo(expected, within(1e-4));
    }
    assertThat(state("running_mean").toFloats()).containsExactly(2, -1);
    assertThat(state("running_var").toFloats()).containsExactly(4, 0.25f);
    assertThat(state("num_batches_tracked").toLongs()).containsExactly(0);
  }

  @Test
  void gradientsReachParametersButNotBuffers() {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> norm.forward(x, true).mul(x).sum());
    Gradients gradients = tape.backward(loss);
    assertThat(gradients.of(state("bias")).toFloats()).containsExactly(8, 12);
    assertThat(gradients.has(state("weight"))).isTrue();
    assertThat(gradients.has(state("running_mean"))).isFalse();
  }

  @Test
  void checkpointsHoldTheBuffers(@TempDir Path folder) throws IOException {
    norm.forward(x, true);
    StateDict saved = new StateDict("model");
    p.state().forEach(saved::put);
    Path file = folder.resolve("model.safetensors");
    new SafetensorsWriter().write(file, saved);
    Parameters other = Parameters.random(backend, 2);
    BatchNorm restored = new BatchNorm(other.at("bn"), 2, 0.1f, EPS);
    try (Checkpoint reader = SafetensorsReader.open(file)) {
      other.load(reader.stateDict(backend));
    }
    assertThat(other.state().get("bn.num_batches_tracked").toLongs()).containsExactly(1);
    assertThat(restored.forward(x, false).toFloats()).isEqualTo(norm.forward(x, false).toFloats());
  }

  @Test
  void oneValueHasNoVariance() {
    assertThatThrownBy(() -> norm.forward(Tensor.zeros(backend, Shape.of(1, 2)), true))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("batchNorm: no variance of one value; x [1, 2]");
    assertThat(norm.forward(Tensor.zeros(backend, Shape.of(1, 2)), false).shape())
        .isEqualTo(Shape.of(1, 2));
  }

  private Tensor state(String name) {
    return p.at("bn").state().get(name);
  }

  private void assertClose(String name, double first, double second) {
    assertThat((double) state(name).toFloats()[0]).isCloseTo(first, within(1e-5));
    assertThat((double) state(name).toFloats()[1]).isCloseTo(second, within(1e-5));
  }
}
