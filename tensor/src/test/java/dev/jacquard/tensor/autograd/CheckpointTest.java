package dev.jacquard.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.RmsNormOp;
import dev.jacquard.tensor.random.RandomStream;
import dev.jacquard.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final int BLOCKS = 8;
  private static final int ROWS = 256;
  private static final int WIDTH = 32;

  private final Backend backend = Backends.cpu(2);
  private final List<Tensor> weights = new ArrayList<>(); // two of each block, then what all share
  private final Tensor shared;
  private final Tensor input;

  CheckpointTest() {
    for (int block = 0; block < BLOCKS; block++) {
      weights.add(random("up" + block, 4 * WIDTH, WIDTH).trainable());
      weights.add(random("down" + block, WIDTH, 4 * WIDTH).trainable());
    }
    shared = random("shared", WIDTH).trainable();
    weights.add(shared);
    input = random("input", ROWS, WIDTH);
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private enum How {
    PLAIN,
    BLOCKS,
    PAIRS_OF_BLOCKS
  }

  private record Outcome(List<float[]> gradients, float loss, long forwardBytes, long peakBytes) {}

  @Test
  void gradientsHaveTheSameBits() {
    Outcome plain = train(How.PLAIN);
    for (How how : new How[] {How.BLOCKS, How.PAIRS_OF_BLOCKS}) {
      Outcome saving = train(how);
      assertThat(saving.loss()).isEqualTo(plain.loss());
      for (int i = 0; i < weights.size(); i++) {
        assertThat(saving.gradients().get(i))
            .as("%s, weight %d", how, i)
            .isEqualTo(plain.gradients().get(i));
      }
    }
  }

  @Test
  void memoryIsThatOfOneBlock() {
    Outcome plain = train(How.PLAIN);
    Outcome saving = train(How.BLOCKS);
    // A block saves its normalised input, two hidden layers and two more of its width: about 12
    // times what passes between blocks.
    assertThat(saving.forwardBytes()).isLessThan(plain.forwardBytes() / 5);
    assertThat(saving.peakBytes()).isLessThan(plain.peakBytes() / 2);
    assertThat(backend.pool().liveBlocks()).isEqualTo(weights.size() + 1);
  }

  @Test
  void bodyRunsOnceMoreAndKnowsIt() {
    List<Boolean> runs = new ArrayList<>();
    Tape tape = new Tape();
    Tensor loss =
        tape.call(
            () ->
                Tape.checkpoint(
                    () -> {
                      runs.add(Tape.isRepeating());
                      return shared.map(Unary.EXP).sum();
                    }));
    assertThat(runs).containsExactly(false);
    tape.backward(loss);
    assertThat(runs).containsExactly(false, true);
  }

  @Test
  void withoutATapeOrATrainableTensorNothingIsRecorded() {
    assertThat(Tape.checkpoint(() -> shared.sum()).item()).isEqualTo(shared.sum().item());
    List<Boolean> runs = new ArrayList<>();
    Tape tape = new Tape();
    Tensor loss =
        tape.call(
            () -> {
              Tensor constant =
                  Tape.checkpoint(
                      () -> {
                        runs.add(true);
                        return input.map(Unary.SQUARE).sum();
                      });
              assertThat(Tape.follows(constant)).isFalse();
              return shared.sum().add(constant);
            });
    tape.backward(loss);
    assertThat(runs).hasSize(1);
  }

  @Test
  void aViewOfWhatWasGivenIsAResult() {
    Tape tape = new Tape();
    Tensor loss =
        tape.call(
            () -> {
              Tensor twice = shared.scale(2);
              return Tape.checkpoint(() -> twice)
                  .mul(Tape.checkpoint(() -> twice.reshape(WIDTH)))
                  .sum();
            });
    float[] gradient = tape.backward(loss).of(shared).toFloats(); // of 4 w²
    for (int i = 0; i < WIDTH; i++) {
      assertThat(gradient[i]).isEqualTo(8 * shared.toFloats()[i]);
    }
  }

  @Test
  void gradientsOfGradientsPassThrough() {
    float[][] gradients = new float[2][];
    for (int i = 0; i < 2; i++) {
      boolean saving = i == 1;
      gradients[i] =
          TensorScope.call(
              "penalty",
              () -> {
                Tape outer = new Tape();
                Tensor penalty =
                    outer.call(
                        () -> {
                          Tape inner = new Tape();
                          Tensor y = inner.call(() -> maybe(saving, () -> cubes().sum()));
                          return inner.backward(y).of(shared).map(Unary.SQUARE).sum();
                        });
                return outer.backward(penalty).of(shared).toFloats();
              });
    }
    assertThat(gradients[1]).isEqualTo(gradients[0]);
  }

  @Test
  void gradientsOfGradientsMayBeInsideThePart() {
    float[][] gradients = new float[2][];
    for (int i = 0; i < 2; i++) {
      boolean saving = i == 1;
      Tape tape = new Tape();
      Tensor penalty =
          tape.call(
              () ->
                  maybe(
                      saving,
                      () -> {
                        Tape inner = new Tape();
                        Tensor y = inner.call(() -> cubes().sum());
                        return inner.backward(y).of(shared).map(Unary.SQUARE).sum();
                      }));
      gradients[i] = tape.backward(penalty).of(shared).toFloats();
    }
    assertThat(gradients[1]).isEqualTo(gradients[0]).doesNotContain(0f);
  }

  private Tensor cubes() {
    return shared.mul(shared).mul(shared);
  }

  private static Tensor maybe(boolean saving, java.util.function.Supplier<Tensor> part) {
    return saving ? Tape.checkpoint(part) : part.get();
  }

  private Outcome train(How how) {
    return TensorScope.call(
        "step",
        () -> {
          Tape tape = new Tape();
          long before = backend.pool().liveBytes();
          backend.pool().takePeakBytes();
          Tensor loss = tape.call(() -> loss(how));
          long forward = backend.pool().liveBytes() - before;
          Gradients gradients = tape.backward(loss);
          long peak = backend.pool().takePeakBytes() - before;
          List<float[]> values = new ArrayList<>();
          weights.forEach(w -> values.add(gradients.of(w).toFloats()));
          return new Outcome(values, loss.item(), forward, peak);
        });
  }

  private Tensor loss(How how) {
    Tensor x = input.mul(shared); // used again inside every block
    for (int i = 0; i < BLOCKS; i += 2) {
      Tensor before = x;
      int block = i;
      x =
          how == How.PAIRS_OF_BLOCKS
              ? Tape.checkpoint(() -> pair(how, before, block))
              : pair(how, before, block);
    }
    return x.map(Unary.SQUARE).mean();
  }

  private Tensor pair(How how, Tensor x, int block) {
    Tensor middle = maybe(how != How.PLAIN, () -> block(x, block)); // within a part: no part
    return maybe(how != How.PLAIN, () -> block(middle, block + 1));
  }

  private Tensor block(Tensor x, int block) {
    Tensor normal = RmsNormOp.apply(x, shared, 1e-5f);
    Tensor hidden = LinearOp.apply(normal, weights.get(2 * block)).map(Unary.GELU);
    return x.add(LinearOp.apply(hidden, weights.get(2 * block + 1)));
  }

  private Tensor random(String name, long... sizes) {
    Tensor x = Tensor.empty(backend, Shape.of(sizes));
    RandomStream.of(1).split(name).fillNormal(x.segment(), 0);
    return x;
  }
}
