package dev.jacquard.tensor.backend.cpu;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one parallel loop of the CPU backend.
///
/// Work is cut into chunks by size alone; threads take chunk numbers from a counter, each chunk
/// writes its own output, and partial results are added by the caller in chunk order. So results do
/// not depend on the number of threads.
///
/// Any thread may call [#run] at any time. The workers serve one caller at once; a second caller,
/// and a call from inside a chunk, runs its chunks itself, so calls neither wait for each other nor
/// use more threads than were asked for.
final class ParallelFor implements AutoCloseable {
  /* Executors need 40-50 us to start a loop, this needs 0.2 us while the workers spin. A worker that finds no work spins
   * for some 100 us, which covers the gap between two kernels of a step, then parks, so that other programs get the core.
   * Spinning without a core of one's own only keeps the peer from running, so with more threads than processors nobody
   * spins.
   *
   * The loop under way is one object behind one volatile field. A worker that wakes late sees a loop whose counter is
   * used up, or none, and the caller never waits for it: it waits for chunks, not for threads. */

  private static final int SPINS = 2000;

  private final Worker[] workers;
  private final int spins;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Loop current;
  private volatile boolean closed;
  private final AtomicLong sharedLoops = new AtomicLong();

  ParallelFor(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "parallel: %d threads; need at least 1".formatted(threads));
    }
    spins = threads > Runtime.getRuntime().availableProcessors() ? 0 : SPINS;
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].thread.start();
    }
  }

  /// What one chunk does. Never allocates tensors; scratch memory comes from the backend's pool.
  @FunctionalInterface
  interface Chunk {
    /// Computes one chunk.
    ///
    /// @param chunk number of the chunk, in `[0, chunks)`
    void run(int chunk);
  }

  /// Number of threads that compute, the caller's included.
  int threads() {
    return workers.length + 1;
  }

  /// Number of loops so far whose chunks were offered to all threads.
  long sharedLoops() {
    return sharedLoops.get();
  }

  /// Runs all chunks and returns when the last has ended. If a chunk throws, no further one is
  /// started, and the exception is thrown here when those under way have ended.
  void run(int chunks, Chunk body) {
    if (chunks <= 1 || workers.length == 0 || closed || !busy.compareAndSet(false, true)) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        body.run(chunk);
      }
      return;
    }
    Loop loop = new Loop(chunks, body);
    sharedLoops.incrementAndGet();
    try {
      current = loop;
      for (int i = 0; i < workers.length && i < chunks - 1; i++) {
        workers[i].wake();
      }
      loop.work();
      loop.await(spins);
    } finally {
      current = null;
      busy.set(false);
    }
    loop.rethrow();
  }

  /// Ends the workers. Later loops run on their callers' threads.
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      worker.wake();
    }
  }

  /// One call of [#run].
  private static final class Loop {
    private final int chunks;
    private final Chunk body;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean callerParks;

    Loop(int chunks, Chunk body) {
      this.chunks = chunks;
      this.body = body;
    }

    /// Takes chunks until none is left.
    void work() {
      for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            body.run(chunk);
          }
        } catch (Throwable e) { // even an Error must not leave the caller waiting
          failure.compareAndSet(null, e);
        }
        if (ended.incrementAndGet() == chunks && callerParks) {
          LockSupport.unpark(caller);
        }
      }
    }

    /// Waits until every chunk has ended.
    void await(int spins) {
      for (int i = 0; i < spins && ended.get() < chunks; i++) {
        Thread.onSpinWait();
      }
      callerParks = true;
      while (ended.get() < chunks) {
        LockSupport.park(this);
      }
    }

    void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new AssertionError("a chunk throws no checked exceptions", e);
      }
    }
  }

  private final class Worker implements Runnable {
    private final Thread thread;
    private volatile boolean parked;

    Worker(int number) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("jacquard-cpu-" + number)
              .inheritInheritableThreadLocals(false)
              .unstarted(this);
    }

    @Override
    public void run() {
      Loop last = null;
      while (!closed) {
        Loop loop = current;
        if (loop == null || loop == last) {
          last = null; // what has ended need not be kept alive
          pause();
        } else {
          loop.work();
          last = loop;
        }
      }
    }

    /// Returns when there may be new work.
    private void pause() {
      Loop seen = current;
      for (int i = 0; i < spins; i++) {
        if (current != seen || closed) {
          return;
        }
        Thread.onSpinWait();
      }
      parked = true;
      if (current == seen
          && !closed) { // read again after `parked` is visible, or a wake-up is lost
        LockSupport.park(ParallelFor.this);
      }
      parked = false;
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }
  }
}
