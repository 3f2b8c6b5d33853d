package dev.jacquard.jpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs tasks side by side.
final class Threads {
  private Threads() {}

  /// Runs tasks and waits for all of them.
  ///
  /// @param threads how many may run at a time
  /// @return the results in the order of the tasks
  /// @throws JpegException what the first task that failed has thrown
  /// @throws IllegalStateException if the waiting thread is interrupted
  static <T> List<T> run(List<? extends Callable<T>> tasks, int threads) throws JpegException {
    try (ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, tasks.size()))) {
      List<T> results = new ArrayList<>();
      for (Future<T> done : pool.invokeAll(tasks)) {
        results.add(done.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw cause(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("jpeg: interrupted while tasks were running", e);
    }
  }

  private static JpegException cause(ExecutionException e) {
    return switch (e.getCause()) {
      case JpegException problem -> problem;
      case RuntimeException mistake -> throw mistake;
      case Error error -> throw error;
      case null, default -> throw new AssertionError(e);
    };
  }
}
