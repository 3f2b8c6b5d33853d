package dev.jacquard.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientSumTest {
  private final Backend backend = Backends.cpu(1);
  private final Tensor x = Tensor.empty(backend, Shape.of(12, 3));
  private final Tensor w = Tensor.of(backend, Shape.of(2, 3), 1, -2, 0.5f, 3, 0, -1).trainable();
  private final Tensor b = Tensor.of(backend, Shape.of(2), 0.1f, -0.3f).trainable();
  private final Tensor unused = Tensor.zeros(backend, Shape.of(1)).trainable();

  GradientSumTest() {
    RandomStream.of(3).fillNormal(x.segment(), 0);
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void partsOfABatchAddUpToTheBatch() {
    Gradients whole = gradients(0, 12);
    GradientSum sum = new GradientSum(List.of(w, b, unused));
    for (int part = 0; part < 4; part++) {
      int from = 3 * part;
      TensorScope.run("part", () -> sum.add(gradients(from, 3)));
    }
    for (Tensor parameter : List.of(w, b)) {
      float[] expected = whole.of(parameter).toFloats();
      float[] actual = sum.gradients().of(parameter).toFloats();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
      }
    }
    assertThat(sum.gradients().has(unused)).isFalse();
  }

  @Test
  void gradientsThatShareMemoryDoNotMix() {
    Tensor c = Tensor.zeros(backend, Shape.of(2)).trainable();
    GradientSum sum = new GradientSum(List.of(b, c));
    for (int pass = 0; pass < 3; pass++) {
      Tape tape = new Tape();
      sum.add(tape.backward(tape.call(() -> b.add(c).sum()))); // one gradient for both
    }
    assertThat(sum.gradients().of(b).toFloats()).containsExactly(3, 3);
    assertThat(sum.gradients().of(c).toFloats()).containsExactly(3, 3);
  }

  @Test
  void memoryIsThatOfOnePart() {
    GradientSum sum = new GradientSum(List.of(w, b));
    TensorScope.run("part", () -> sum.add(gradients(0, 3)));
    long live = backend.pool().liveBytes();
    backend.pool().takePeakBytes();
    TensorScope.run("part", () -> sum.add(gradients(0, 3)));
    long peak = backend.pool().takePeakBytes();
    for (int part = 0; part < 50; part++) {
      TensorScope.run("part", () -> sum.add(gradients(0, 3)));
    }
    assertThat(backend.pool().liveBytes()).isEqualTo(live);
    assertThat(backend.pool().takePeakBytes()).isEqualTo(peak);
  }

  private Gradients gradients(int from, int count) {
    Tape tape = new Tape();
    Tensor loss =
        tape.call(() -> LinearOp.apply(x.narrow(0, from, count), w).add(b).map(Unary.TANH).sum());
    return tape.backward(loss);
  }
}
