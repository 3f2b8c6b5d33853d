package dev.jacquard.models.cli;

/// Ctrl-C asks a long task to stop instead of ending the process: the task finishes its step, keeps
/// what is finished, and then the process ends. Open while a task runs.
final class Interruption implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 60_000;

  private final Thread task = Thread.currentThread();
  private final Thread hook = new Thread(this::stopAndWait, "interruption");
  private volatile boolean requested;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Whether the task is to stop.
  boolean requested() {
    return requested;
  }

  private void stopAndWait() {
    requested = true;
    try {
      task.join(PATIENCE_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (!requested) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
