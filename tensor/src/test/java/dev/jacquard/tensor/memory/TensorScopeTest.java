package dev.jacquard.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.reference.ReferenceBackend;
import dev.jacquard.tensor.shape.ScopeException;
import dev.jacquard.tensor.shape.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TensorScopeTest {
  private final ReferenceBackend backend = new ReferenceBackend();

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void endGivesEverythingBack() {
    TensorScope.run(
        "step",
        () -> {
          tensor(1);
          tensor(2).add(tensor(3));
          assertThat(liveBlocks()).isEqualTo(4);
        });
    assertThat(liveBlocks()).isZero();
  }

  @Test
  void exceptionGivesEverythingBack() {
    assertThatThrownBy(
            () ->
                TensorScope.call(
                    "step",
                    () -> {
                      tensor(1);
                      throw new IOException("read failed");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("read failed");
    assertThat(liveBlocks()).isZero();
  }

  @Test
  void resultMovesToTheEnclosingScope() {
    TensorScope.run(
        "outer",
        () -> {
          Tensor result = TensorScope.call("inner", () -> tensor(1).add(tensor(2)));
          assertThat(liveBlocks()).isEqualTo(1);
          assertThat(result.toFloats()).containsExactly(3, 3, 3, 3);
        });
    assertThat(liveBlocks()).isZero();
  }

  @Test
  void listOfResultsMovesToTheEnclosingScope() {
    List<Tensor> results =
        TensorScope.call("step", () -> List.of(tensor(1), tensor(2).add(tensor(3))));
    assertThat(liveBlocks()).isEqualTo(2);
    assertThat(results.get(1).toFloats()).containsExactly(5, 5, 5, 5);
    results.forEach(result -> result.storage().release());
    assertThat(liveBlocks()).isZero();
  }

  @Test
  void viewAsResultKeepsItsMemory() {
    Tensor view = TensorScope.call("step", () -> tensor(1).narrow(0, 1, 2));
    assertThat(view.toFloats()).containsExactly(1, 1);
    view.storage().release();
  }

  @Test
  void resultThatBelongsFurtherOutStaysThere() {
    TensorScope.run(
        "outer",
        () -> {
          Tensor x = tensor(1);
          TensorScope.run(
              "middle", () -> assertThat(TensorScope.call("inner", () -> x)).isSameAs(x));
          assertThat(x.toFloats()).containsExactly(1, 1, 1, 1);
        });
    assertThat(liveBlocks()).isZero();
  }

  @Test
  void keepMovesOneScopeUp() {
    List<Tensor> kept = new ArrayList<>();
    TensorScope.run(
        "outer",
        () -> {
          TensorScope.run("inner", () -> kept.add(TensorScope.keep(tensor(7))));
          assertThat(kept.getFirst().toFloats()).containsExactly(7, 7, 7, 7);
        });
    assertThatThrownBy(() -> kept.getFirst().toFloats())
        .isInstanceOf(ScopeException.class)
        .hasMessageContaining("\"outer\"");
  }

  @Test
  void useAfterTheEndNamesTheScope() {
    List<Tensor> escaped = new ArrayList<>();
    TensorScope.run(
        "decode step",
        () -> {
          escaped.add(tensor(1));
          escaped.add(escaped.getFirst().narrow(0, 1, 2)); // a view dies with its storage
        });
    for (Tensor tensor : escaped) {
      assertThat(tensor.storage().isLive()).isFalse();
      assertThatThrownBy(() -> tensor.add(tensor))
          .isInstanceOf(ScopeException.class)
          .hasMessageContaining("\"decode step\"");
    }
  }

  @Test
  void withoutAScopeMemoryLivesUntilItIsReleased() {
    Tensor x = tensor(1);
    TensorScope.run("step", () -> x.add(x));
    assertThat(x.toFloats()).containsExactly(1, 1, 1, 1);
    x.storage().release();
    x.storage().release(); // the second time does nothing
    assertThat(liveBlocks()).isZero();
    assertThatThrownBy(x::segment).isInstanceOf(ScopeException.class);
  }

  @Test
  void releaseInsideAScopeIsNotRepeatedAtItsEnd() {
    List<Tensor> next = new ArrayList<>();
    TensorScope outer = TensorScope.open("outer");
    TensorScope.run(
        "step",
        () -> {
          Tensor x = tensor(1);
          x.storage().release();
          next.add(outer.within(() -> tensor(2))); // takes the same block
        });
    assertThat(next.getFirst().toFloats()).containsExactly(2, 2, 2, 2);
    outer.close();
    assertThat(liveBlocks()).isZero();
  }

  @Test
  void openScopeCollectsOverSeveralCallsAndEndsOnce() {
    TensorScope model = TensorScope.open("model");
    Tensor first = model.within(() -> tensor(1));
    Tensor second = model.within(() -> tensor(2));
    assertThat(first.add(second).toFloats()).containsExactly(3, 3, 3, 3);
    model.close();
    model.close();
    assertThat(first.storage().isLive()).isFalse();
    assertThatThrownBy(() -> model.within(() -> tensor(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"model\" is closed");
    assertThat(liveBlocks()).as("the sum, taken outside").isEqualTo(1);
  }

  @Test
  void repeatedStepsTakeNoNewMemory() {
    Runnable step = () -> TensorScope.call("step", () -> tensor(1).add(tensor(2)).sum().item());
    step.run();
    long reserved = backend.pool().reservedBytes();
    for (int i = 0; i < 100; i++) {
      step.run();
    }
    assertThat(backend.pool().reservedBytes()).isEqualTo(reserved);
  }

  @Test
  void severalThreadsMayFillOneScope() throws Exception {
    TensorScope shared = TensorScope.open("shared");
    inThreads(
        () -> {
          for (int i = 0; i < 200; i++) {
            shared.within(() -> tensor(1));
          }
        });
    assertThat(liveBlocks()).isEqualTo(4 * 200);
    shared.close();
    assertThat(liveBlocks()).isZero();
  }

  @Test
  void scopesOfThreadsAreTheirOwn() throws Exception {
    TensorScope.run(
        "outer",
        () -> {
          Tensor mine = tensor(5);
          try {
            inThreads(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    int value = i;
                    TensorScope.run(
                        "worker",
                        () -> assertThat(tensor(value).add(mine).toFloats()).contains(value + 5f));
                  }
                });
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          assertThat(liveBlocks()).isEqualTo(1);
          assertThat(mine.toFloats()).containsExactly(5, 5, 5, 5);
        });
    assertThat(liveBlocks()).isZero();
  }

  private static void inThreads(Runnable body) throws Exception {
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        futures.add(threads.submit(body));
      }
    }
    for (Future<?> future : futures) {
      future.get();
    }
  }

  private Tensor tensor(float value) {
    return Tensor.of(backend, Shape.of(4), value, value, value, value);
  }

  private long liveBlocks() {
    return backend.pool().liveBlocks();
  }
}
