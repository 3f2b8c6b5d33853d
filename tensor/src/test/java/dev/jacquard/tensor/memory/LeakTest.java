package dev.jacquard.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.autograd.Gradients;
import dev.jacquard.tensor.autograd.Tape;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.backend.ElementwiseKernels.Unary;
import dev.jacquard.tensor.op.AttentionOp;
import dev.jacquard.tensor.op.CrossEntropyOp;
import dev.jacquard.tensor.op.EmbeddingOp;
import dev.jacquard.tensor.op.LinearOp;
import dev.jacquard.tensor.op.RmsNormOp;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Thousands of training steps, with and without exceptions, on one thread and on several, leave as
/// many native bytes in use as before. What was taken from the system, too, stays what an early
/// step took, for each computing thread: workers that come late to a loop bring scratch memory of
/// their own.
class LeakTest {
  private static final int WIDTH = 8;
  private static final int TOKENS = 5;
  private static final int CLASSES = 11;
  private static final int WARM_UP = 5;
  private static final int THREADS = 2;

  private final Backend backend = Backends.cpu(THREADS);
  private final Tensor table = weight(CLASSES, WIDTH);
  private final Tensor norm = weight(WIDTH);
  private final Tensor projection = weight(WIDTH, WIDTH);
  private final Tensor output = weight(CLASSES, WIDTH);
  private final List<Tensor> weights = List.of(table, norm, projection, output);

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void thousandsOfStepsTakeNoMoreThanTheFirst() {
    for (int i = 0; i < WARM_UP; i++) {
      step(1);
    }
    long live = backend.pool().liveBytes();
    long reserved = backend.pool().reservedBytes();
    for (int i = 0; i < 3000; i++) {
      step(1);
    }
    assertThat(backend.pool().liveBytes()).isEqualTo(live);
    assertThat(backend.pool().reservedBytes()).isLessThan(THREADS * reserved);
  }

  @Test
  void stepsThatFailGiveBackWhatTheyTook() {
    step(1);
    long live = backend.pool().liveBytes();
    for (int i = 0; i < WARM_UP; i++) {
      failEverywhere();
    }
    long reserved = backend.pool().reservedBytes();
    for (int i = 0; i < 500; i++) {
      failEverywhere();
      assertThat(backend.pool().liveBytes()).isEqualTo(live);
    }
    assertThat(backend.pool().reservedBytes()).isLessThan(THREADS * reserved);
    assertThat(step(1)).isFinite(); // and the engine still works
  }

  @Test
  void stepsOfSeveralThreadsGiveEverythingBack() throws Exception {
    step(1);
    long live = backend.pool().liveBytes();
    long first = backend.pool().reservedBytes();
    int callers = 4;
    inThreads(
        callers,
        () -> {
          for (int i = 0; i < 300; i++) {
            assertThat(forwardAndBackward(1)).isFinite();
            if (i % 10 == 0) {
              failEverywhere();
            }
          }
          return null;
        });
    assertThat(backend.pool().liveBytes()).isEqualTo(live);
    assertThat(backend.pool().reservedBytes())
        .as("a step's memory for each caller at most, and what failing takes")
        .isLessThanOrEqualTo(2 * callers * first);
  }

  @Test
  void memoryTakenOnOneThreadIsGivenBackOnAnother() throws Exception {
    long live = backend.pool().liveBytes();
    for (int i = 0; i < 200; i++) {
      TensorScope scope = TensorScope.open("handed over");
      inThreads(1, () -> scope.within(() -> table.add(table)));
      assertThat(backend.pool().liveBytes()).isGreaterThan(live);
      inThreads(
          1,
          () -> {
            scope.close();
            return null;
          });
      assertThat(backend.pool().liveBytes()).isEqualTo(live);
    }
  }

  /// One step of training.
  ///
  /// @return its loss
  private float step(int label) {
    return TensorScope.call(
        "step",
        () -> {
          Tape tape = new Tape();
          Tensor loss = tape.call(() -> loss(label));
          Gradients gradients = tape.backward(loss);
          for (Tensor w : weights) {
            w.copyFrom(w.sub(gradients.of(w).scale(1e-3f)));
          }
          return loss.item();
        });
  }

  /// A step that changes no weight, for several threads at once.
  private float forwardAndBackward(int label) {
    return TensorScope.call(
        "step",
        () -> {
          Tape tape = new Tape();
          Tensor loss = tape.call(() -> loss(label));
          tape.backward(loss);
          return loss.item();
        });
  }

  private Tensor loss(int label) {
    Tensor ids = Tensor.ofInts(backend, Shape.of(1, TOKENS), 0, 3, 1, 3, 10);
    Tensor x = EmbeddingOp.apply(table, ids); // [1, T, C]
    Tensor attended =
        Tape.checkpoint(
            () -> {
              Tensor heads = RmsNormOp.apply(x, norm, 1e-5f).reshape(1, TOKENS, 2, WIDTH / 2);
              return AttentionOp.apply(heads, heads, heads, 0.5f, true).reshape(1, TOKENS, WIDTH);
            });
    Tensor hidden = LinearOp.apply(attended, projection).map(Unary.SILU).add(x);
    Tensor labels = Tensor.ofInts(backend, Shape.of(1, TOKENS), 3, 1, 3, 10, label);
    return CrossEntropyOp.apply(LinearOp.apply(hidden, output), labels);
  }

  /// Fails in the forward pass, in a body that an exception leaves, and in the backward pass.
  private void failEverywhere() {
    assertThatThrownBy(() -> step(CLASSES))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("crossEntropy: label out of range");
    assertThatThrownBy(
            () ->
                TensorScope.call(
                    "outer",
                    () -> {
                      step(1);
                      Tensor x = table.add(table);
                      throw new IllegalStateException("after " + x.shape());
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                TensorScope.run(
                    "step",
                    () -> {
                      Tape tape = new Tape();
                      tape.backward(
                          tape.call(
                              () ->
                                  Tape.checkpoint(
                                      () -> {
                                        if (Tape.isRepeating()) {
                                          throw new IllegalStateException("when it repeats");
                                        }
                                        return loss(1);
                                      })));
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("when it repeats");
  }

  private static void inThreads(int count, Callable<?> body) throws Exception {
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      for (int i = 0; i < count; i++) {
        futures.add(threads.submit(body));
      }
    }
    for (Future<?> future : futures) {
      future.get();
    }
  }

  private Tensor weight(long... sizes) {
    Shape shape = Shape.of(sizes);
    float[] values = new float[(int) shape.numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + values.length);
    }
    return Tensor.of(backend, shape, values).trainable();
  }
}
