package dev.jacquard.tensor.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ParallelForTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void runsEachChunkOnce(int threads) {
    try (ParallelFor parallel = new ParallelFor(threads)) {
      for (int chunks : new int[] {0, 1, 2, 7, 100}) {
        AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
        parallel.run(chunks, runs::incrementAndGet);
        for (int chunk = 0; chunk < chunks; chunk++) {
          assertThat(runs.get(chunk)).as("chunk %d of %d", chunk, chunks).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void runsChunksOnSeveralThreadsAtOnce() {
    try (ParallelFor parallel = new ParallelFor(3)) {
      CountDownLatch together = new CountDownLatch(3); // passes only if three chunks are under way
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      parallel.run(
          3,
          _ -> {
            threads.add(Thread.currentThread());
            together.countDown();
            await(together);
          });
      assertThat(threads).hasSize(3).contains(Thread.currentThread());
    }
  }

  @Test
  void wakesParkedWorkers() {
    try (ParallelFor parallel = new ParallelFor(2)) {
      for (int turn = 0; turn < 20; turn++) {
        LockSupport.parkNanos(5_000_000);
        CountDownLatch together = new CountDownLatch(2);
        parallel.run(
            2,
            _ -> {
              together.countDown();
              await(together);
            });
      }
    }
  }

  @Test
  void losesNothingInManyShortLoops() {
    try (ParallelFor parallel = new ParallelFor(2)) {
      AtomicInteger sum = new AtomicInteger();
      for (int turn = 0; turn < 100_000; turn++) {
        parallel.run(2, sum::addAndGet);
        assertThat(sum.get()).isEqualTo(turn + 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void throwsWhatAChunkThrowsAndGoesOnWorking(int threads) {
    try (ParallelFor parallel = new ParallelFor(threads)) {
      AtomicInteger under = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  parallel.run(
                      50,
                      chunk -> {
                        under.incrementAndGet();
                        try {
                          if (chunk == 7) {
                            throw new IllegalStateException("chunk 7");
                          }
                        } finally {
                          under.decrementAndGet();
                        }
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("chunk 7");
      assertThat(under.get()).as("chunks under way after the call").isZero();
      AtomicInteger count = new AtomicInteger();
      parallel.run(50, _ -> count.incrementAndGet());
      assertThat(count.get()).isEqualTo(50);
    }
  }

  @Test
  void throwsErrorsOfAWorkersChunk() {
    try (ParallelFor parallel = new ParallelFor(2)) {
      Thread caller = Thread.currentThread();
      CountDownLatch together = new CountDownLatch(2);
      assertThatThrownBy(
              () ->
                  parallel.run(
                      2,
                      _ -> {
                        together.countDown();
                        await(together);
                        if (Thread.currentThread() != caller) {
                          throw new AssertionError("from a worker");
                        }
                      }))
          .isInstanceOf(AssertionError.class)
          .hasMessage("from a worker");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void runsNestedLoopsOnTheThreadOfTheirChunk(int threads) {
    try (ParallelFor parallel = new ParallelFor(threads)) {
      AtomicInteger inner = new AtomicInteger();
      Set<String> strays = ConcurrentHashMap.newKeySet();
      parallel.run(
          10,
          _ -> {
            Thread outer = Thread.currentThread();
            parallel.run(
                10,
                _ -> {
                  inner.incrementAndGet();
                  if (Thread.currentThread() != outer) {
                    strays.add(Thread.currentThread().getName());
                  }
                });
          });
      assertThat(inner.get()).isEqualTo(100);
      assertThat(strays).isEmpty();
    }
  }

  @Test
  void servesManyCallersAtOnce() throws Exception {
    try (ParallelFor parallel = new ParallelFor(2);
        ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        results.add(
            callers.submit(
                () -> {
                  int wrong = 0;
                  for (int turn = 0; turn < 2000; turn++) {
                    AtomicInteger sum = new AtomicInteger();
                    parallel.run(20, sum::addAndGet);
                    wrong += sum.get() == 190 ? 0 : 1;
                  }
                  return wrong;
                }));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isZero();
      }
    }
  }

  /// However many call at once: each computes on its own thread, and all together get no more help
  /// than there are workers.
  @Test
  void callersAtOnceGetNoMoreThreadsThanThereAre() throws Exception {
    int callers = 6;
    try (ParallelFor parallel = new ParallelFor(3);
        ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      Set<Thread> helpers = ConcurrentHashMap.newKeySet();
      AtomicInteger under = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(callers);
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        results.add(
            threads.submit(
                () -> {
                  Thread caller = Thread.currentThread();
                  start.countDown();
                  await(start);
                  for (int turn = 0; turn < 500; turn++) {
                    parallel.run(
                        8,
                        _ -> {
                          most.accumulateAndGet(under.incrementAndGet(), Math::max);
                          if (Thread.currentThread() != caller) {
                            helpers.add(Thread.currentThread());
                          }
                          under.decrementAndGet();
                        });
                  }
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
      assertThat(helpers).allMatch(thread -> thread.getName().startsWith("jacquard-cpu-"));
      assertThat(helpers).hasSizeLessThanOrEqualTo(2);
      assertThat(most.get()).isLessThanOrEqualTo(callers + 2);
    }
  }

  /// A caller whose loop takes long, even for ever, holds nobody up.
  @Test
  void aCallerThatIsStuckHoldsUpNobody() throws Exception {
    try (ParallelFor parallel = new ParallelFor(2);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      CountDownLatch go = new CountDownLatch(1);
      CountDownLatch inside = new CountDownLatch(1);
      Future<?> stuck =
          threads.submit(
              () ->
                  parallel.run(
                      2,
                      _ -> {
                        inside.countDown();
                        await(go);
                      }));
      await(inside);
      AtomicInteger sum = new AtomicInteger();
      parallel.run(100, sum::addAndGet);
      assertThat(sum.get()).isEqualTo(4950);
      assertThat(stuck.isDone()).isFalse();
      go.countDown();
      stuck.get();
    }
  }

  @Test
  void oneThreadIsTheCallers() {
    try (ParallelFor parallel = new ParallelFor(1)) {
      List<Integer> order = new ArrayList<>();
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      parallel.run(
          5,
          chunk -> {
            order.add(chunk);
            threads.add(Thread.currentThread());
          });
      assertThat(order).as("in order").containsExactly(0, 1, 2, 3, 4);
      assertThat(threads).containsExactly(Thread.currentThread());
      assertThat(parallel.threads()).isEqualTo(1);
      assertThat(parallel.sharedLoops()).isZero();
    }
  }

  @Test
  void countsTheLoopsThatWereShared() {
    try (ParallelFor parallel = new ParallelFor(2)) {
      parallel.run(1, _ -> {});
      assertThat(parallel.sharedLoops()).isZero();
      parallel.run(2, _ -> parallel.run(2, _ -> {})); // the inner loops run on one thread each
      assertThat(parallel.sharedLoops()).isEqualTo(1);
    }
  }

  @Test
  void runsOnTheCallerAfterClose() {
    ParallelFor parallel = new ParallelFor(2);
    parallel.close();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    parallel.run(20, _ -> threads.add(Thread.currentThread()));
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void endsItsThreadsOnClose() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    try (ParallelFor parallel = new ParallelFor(2)) {
      CountDownLatch together = new CountDownLatch(2);
      parallel.run(
          2,
          _ -> {
            threads.add(Thread.currentThread());
            together.countDown();
            await(together);
          });
    }
    threads.remove(Thread.currentThread());
    for (Thread thread : threads) {
      assertThat(thread.join(java.time.Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void refusesToHaveNoThread() {
    assertThatThrownBy(() -> new ParallelFor(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parallel: 0 threads; need at least 1");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("no second thread came");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
