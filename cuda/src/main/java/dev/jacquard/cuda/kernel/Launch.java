package dev.jacquard.cuda.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.jacquard.cuda.driver.LaunchShape;
import dev.jacquard.tensor.backend.TensorView;
import dev.jacquard.tensor.shape.Shape;
import dev.jacquard.tensor.shape.ShapeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One call of a kernel: parameters in the order of its declaration, then one of the methods that
/// run it. For one thread, once.
final class Launch {
  /// Threads of a block where each element has a thread.
  static final int THREADS = 256;

  private static final int MAX_BYTES = 4096; // the limit of CUDA
  private static final int MAX_RANK = 8; // as in common.cuh
  private static final int NARROW = 1024; // rows up to here have a block of one warp
  private static final int WARP = 32;

  private final Kernels kernels;
  private final String file;
  private final String kernel;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment parameters = arena.allocate(MAX_BYTES, Long.BYTES);
  private long bytes;

  Launch(Kernels kernels, String file, String kernel) {
    this.kernels = kernels;
    this.file = file;
    this.kernel = kernel;
  }

  private long next(int size) {
    long at = (bytes + size - 1) / size * size;
    bytes = at + size;
    return at;
  }

  Launch i32(int value) {
    parameters.set(JAVA_INT, next(Integer.BYTES), value);
    return this;
  }

  Launch i32(boolean value) {
    return i32(value ? 1 : 0);
  }

  /// A constant by its number; the `.cu` files list the constants in the same order.
  @SuppressWarnings("EnumOrdinal") // the conformance suite tries each
  Launch constant(Enum<?> value) {
    return i32(value.ordinal());
  }

  Launch i64(long value) {
    parameters.set(JAVA_LONG, next(Long.BYTES), value);
    return this;
  }

  Launch f32(float value) {
    parameters.set(JAVA_FLOAT, next(Float.BYTES), value);
    return this;
  }

  Launch f64(double value) {
    parameters.set(JAVA_DOUBLE, next(Double.BYTES), value);
    return this;
  }

  /// Address of a tensor's first element; null gives a null pointer.
  Launch tensor(@Nullable TensorView x) {
    return i64(x == null ? 0 : kernels.address(x));
  }

  /// A `Sizes`: the axes of a shape.
  Launch sizes(long... sizes) {
    if (sizes.length > MAX_RANK) {
      throw new ShapeException(
          "cuda: too many axes; %s; need %d at most".formatted(Shape.of(sizes), MAX_RANK));
    }
    i64(sizes.length);
    return padded(sizes);
  }

  /// A `Steps`: distances on the axes.
  Launch steps(long... steps) {
    return padded(steps);
  }

  /// A `Steps`: the strides of a tensor, or 0 on all axes for null.
  Launch steps(@Nullable TensorView x) {
    return padded(x == null ? new long[0] : strides(x));
  }

  private Launch padded(long[] values) {
    for (int i = 0; i < MAX_RANK; i++) {
      i64(i < values.length ? values[i] : 0);
    }
    return this;
  }

  static long[] strides(TensorView x) {
    long[] strides = new long[x.shape().rank()];
    Arrays.setAll(strides, x::stride);
    return strides;
  }

  /// Runs one thread for each of so many elements.
  void overElements(long count) {
    run((count + THREADS - 1) / THREADS, THREADS);
  }

  /// Runs one block for each row, of as many threads as its width is worth.
  void overRows(long rows, long width) {
    run(rows, width <= NARROW ? WARP : THREADS);
  }

  /// Runs so many blocks; none is no work.
  void run(long blocks, int threads) {
    try (arena) {
      if (blocks > Integer.MAX_VALUE) {
        throw new ShapeException(
            "cuda: too much for one launch of %s; %d blocks; need %d at most"
                .formatted(kernel, blocks, Integer.MAX_VALUE));
      }
      if (blocks > 0) {
        LaunchShape shape = new LaunchShape((int) blocks, 1, threads);
        kernels.run(file, kernel, shape, parameters.asSlice(0, bytes));
      }
    }
  }
}
