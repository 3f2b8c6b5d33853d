package dev.jacquard.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.ScopeException;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When a tape gives memory back, counted in blocks and bytes of the pool.
class TapeMemoryTest {
  private static final int LAYERS = 20;
  private static final int SIZE = 4096; // floats in a layer: one block of 16 KiB
  private static final long BLOCK = 4L * SIZE;

  private final ReferenceBackend backend = new ReferenceBackend();
  private final Tensor x = Tensor.full(backend, Shape.of(SIZE), 0.5f).trainable();
  private final long before = backend.pool().liveBytes();

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void backwardGivesSavedValuesBackAsItPassesThem() {
    List<Long> live = new ArrayList<>(); // bytes in use above the input, layer by layer
    TensorScope.run(
        "step",
        () -> {
          Tape tape = new Tape();
          Tensor loss =
              tape.call(
                  () -> {
                    Tensor y = x;
                    for (int layer = 0; layer < LAYERS; layer++) {
                      y = noting(live, y.map(Unary.TANH));
                    }
                    return y.sum();
                  });
          assertThat(liveBytes()).isGreaterThanOrEqualTo(LAYERS * BLOCK);
          tape.backward(loss);
          assertThat(liveBytes()).as("loss and gradient").isBetween(BLOCK, BLOCK + 128);
        });
    assertThat(live).hasSize(LAYERS);
    for (int passed = 0; passed < LAYERS; passed++) {
      // what is still to come, the gradient, a copy of it on its way, and some scalars
      assertThat(live.get(passed))
          .as("after %d layers", passed)
          .isLessThanOrEqualTo((LAYERS - passed + 2) * BLOCK + 256);
    }
    assertThat(liveBytes()).isZero();
  }

  @Test
  void resultAndWhatWasKeptStayOthersSayWhyTheyAreGone() {
    TensorScope.run(
        "step",
        () -> {
          List<Tensor> inside = new ArrayList<>();
          Tape tape = new Tape();
          Tensor loss =
              tape.call(
                  () -> {
                    inside.add(x.map(Unary.TANH));
                    inside.add(TensorScope.keep(inside.get(0).map(Unary.EXP)));
                    return inside.get(1).sum();
                  });
          assertThat(inside.get(0).toFloats()).hasSize(SIZE); // until backward comes by
          tape.backward(loss);
          assertThat(loss.item()).isNotNaN();
          assertThat(inside.get(1).toFloats()).hasSize(SIZE);
          assertThatThrownBy(() -> inside.get(0).toFloats())
              .isInstanceOf(ScopeException.class)
              .hasMessageContaining("tape, up to its backward pass");
        });
    assertThat(liveBytes()).isZero();
  }

  @Test
  void withoutAScopeOnlyResultsAndGradientsRemain() {
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> x.map(Unary.TANH).map(Unary.SQUARE).sum());
    Gradients gradients = tape.backward(loss);
    assertThat(backend.pool().liveBlocks()).as("input, loss, gradient").isEqualTo(3);
    loss.storage().release();
    gradients.of(x).storage().release();
  }

  @Test
  void exceptionGivesBackAndEmptiesTheTape() {
    Tape tape = new Tape();
    assertThatThrownBy(
            () ->
                tape.call(
                    () -> {
                      x.map(Unary.TANH);
                      throw new IllegalStateException("no data");
                    }))
        .hasMessage("no data");
    assertThat(liveBytes()).isZero();
    Tensor loss = tape.call(x::sum);
    assertThat(tape.backward(loss).of(x).toFloats()).containsOnly(1);
  }

  @Test
  void exceptionInTheBackwardPassGivesBack() {
    TensorScope.run(
        "step",
        () -> {
          Tape tape = new Tape();
          Tensor loss =
              tape.call(
                  () -> {
                    Tensor y = x.map(Unary.TANH);
                    Tensor failing =
                        Tape.record(
                            "failing",
                            y.detach(),
                            List.of(y),
                            _ -> {
                              throw new IllegalStateException("no gradient");
                            });
                    return failing.map(Unary.EXP).sum();
                  });
          assertThatThrownBy(() -> tape.backward(loss)).hasMessage("no gradient");
          assertThat(liveBytes()).as("the loss").isEqualTo(64);
        });
  }

  @Test
  void computationWithoutBackwardEndsWithItsScope() {
    TensorScope.run("step", () -> new Tape().call(() -> x.map(Unary.TANH).map(Unary.EXP)));
    assertThat(liveBytes()).isZero();
  }

  @Test
  void gradientsThatShareMemoryStay() {
    Tensor y = Tensor.full(backend, Shape.of(SIZE), 2).trainable();
    Tape tape = new Tape();
    Tensor loss = tape.call(() -> x.add(y).reshape(2, SIZE / 2).map(Unary.SQUARE).sum());
    Gradients gradients = tape.backward(loss);
    assertThat(gradients.of(x).toFloats()).containsOnly(5);
    assertThat(gradients.of(y).toFloats()).containsOnly(5);
  }

  @Test
  void memoryTakenInAnInnerScopeIsGivenBackInItsTurn() {
    TensorScope.run(
        "step",
        () -> {
          Tape tape = new Tape();
          Tensor loss =
              tape.call(
                  () -> {
                    Tensor exponential = TensorScope.call("inner", () -> x.map(Unary.EXP));
                    Tensor other = x.scale(3);
                    return exponential.mul(other).sum(); // exp saves its result
                  });
          float gradient = tape.backward(loss).of(x).toFloats()[0];
          assertThat(gradient).isCloseTo((float) (Math.exp(0.5) * 4.5), within(1e-5f));
        });
  }

  @Test
  void thousandsOfStepsTakeNoNewMemory() {
    Tape tape = new Tape();
    long reserved = 0;
    for (int step = 0; step < 3000; step++) {
      TensorScope.run("step", () -> tape.backward(tape.call(() -> x.map(Unary.TANH).sum())));
      if (step == 1) {
        reserved = backend.pool().reservedBytes();
      }
    }
    assertThat(liveBytes()).isZero();
    assertThat(backend.pool().reservedBytes()).isEqualTo(reserved);
  }

  @Test
  void gradientsOfGradientsKeepMemoryUntilTheStepEnds() {
    TensorScope.run(
        "step",
        () -> {
          Tape outer = new Tape();
          Tensor penalty =
              outer.call(
                  () -> {
                    Tape inner = new Tape();
                    Tensor cubes = inner.call(() -> x.mul(x).mul(x).sum());
                    return inner.backward(cubes).of(x).sum(); // Σ 3x²
                  });
          assertThat(penalty.item()).isEqualTo(0.75f * SIZE);
          assertThat(outer.backward(penalty).of(x).toFloats()).containsOnly(3); // 6x
        });
    assertThat(liveBytes()).isZero();
  }

  /// `y` itself; notes what is in use when backward comes by.
  private Tensor noting(List<Long> live, Tensor y) {
    return Tape.record(
        "noting",
        y.detach(),
        List.of(y),
        dy -> {
          live.add(liveBytes());
          return List.of(dy);
        });
  }

  private long liveBytes() {
    return backend.pool().liveBytes() - before;
  }
}
