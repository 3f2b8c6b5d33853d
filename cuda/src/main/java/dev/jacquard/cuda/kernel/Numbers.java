package dev.jacquard.cuda.kernel;

import dev.jacquard.tensor.memory.NativePool;
import java.lang.foreign.MemorySegment;

/// A few numbers of the host that a kernel reads: they travel as parameters of a launch, so neither
/// side waits for the other. Closing gives the memory back; kernels that were run before may still
/// read it, since later ones come after them.
final class Numbers implements AutoCloseable {
  private static final int AT_ONCE = 256; // as in copy.cu

  private final NativePool pool;
  private final MemorySegment memory;

  private Numbers(NativePool pool, MemorySegment memory) {
    this.pool = pool;
    this.memory = memory;
  }

  /// Brings 32-bit words to the device.
  static Numbers of(Kernels kernels, int... words) {
    MemorySegment memory = kernels.pool().acquire(Math.max(1, words.length) * (long) Integer.BYTES);
    for (int from = 0; from < words.length; from += AT_ONCE) {
      int count = Math.min(AT_ONCE, words.length - from);
      Launch launch = kernels.call("copy", "store_words").i32(count);
      launch.i64(memory.address() + (long) from * Integer.BYTES);
      for (int i = 0; i < AT_ONCE; i++) {
        launch.i32(i < count ? words[from + i] : 0);
      }
      launch.run(1, AT_ONCE);
    }
    return new Numbers(kernels.pool(), memory);
  }

  long address() {
    return memory.address();
  }

  @Override
  public void close() {
    pool.release(memory);
  }
}
