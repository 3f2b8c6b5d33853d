package dev.jacquard.tensor.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.memory.TensorScope;
import dev.jacquard.tensor.shape.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// Runs kernels of one backend, once for each number of threads, and watches them: results must
/// have the same bits for any number of threads, every output element must be written, nothing
/// around the outputs may be, and no memory may stay taken.
public final class Lab implements AutoCloseable {
  /// Numbers of threads under which the backends of a CPU are tried.
  public static final int[] THREADS = {1, 2, 3, 7};

  private static final int GUARD = 5; // floats before and after each output; odd on purpose
  private static final float UNWRITTEN = Float.intBitsToFloat(0x7fc0dead); // a NaN of our own

  private final int[] threads;
  private final List<Backend> backends = new ArrayList<>();

  /// Starts the backends.
  ///
  /// @param create makes a backend with so many threads
  /// @param threads numbers of threads to try
  public Lab(IntFunction<Backend> create, int... threads) {
    this.threads = threads.clone();
    Arrays.stream(threads).mapToObj(create).forEach(backends::add);
  }

  /// A kernel call.
  @FunctionalInterface
  public interface Kernel {
    /// Makes inputs, calls the kernel.
    ///
    /// @param backend whose kernel to call
    /// @param out one tensor for each shape given to [Lab#run], filled with NaN
    void call(Backend backend, Tensor[] out);
  }

  /// Calls a kernel under each number of threads and compares the outputs bit by bit.
  ///
  /// @param kernel the call
  /// @param shapes shapes of its outputs
  /// @return the outputs
  public List<float[]> run(Kernel kernel, Shape... shapes) {
    List<float[]> first = null;
    for (int b = 0; b < threads.length; b++) {
      Backend backend = backends.get(b);
      List<float[]> outputs = TensorScope.call("conformance", () -> runOn(backend, kernel, shapes));
      assertThat(backend.pool().liveBlocks()).as("blocks in use after the scope").isZero();
      if (first == null) {
        first = outputs;
      }
      for (int i = 0; i < outputs.size(); i++) {
        int at = Arrays.mismatch(bits(first.get(i)), bits(outputs.get(i)));
        if (at >= 0) {
          fail(
              "output %d %s differs at element %d: %s with %d threads, %s with %d",
              i, shapes[i], at, first.get(i)[at], threads[0], outputs.get(i)[at], threads[b]);
        }
      }
    }
    return first;
  }

  /// As [#run], for a kernel with one output.
  ///
  /// @param shape shape of the output
  /// @param kernel the call
  /// @return the output
  public float[] runOne(Shape shape, Kernel kernel) {
    return run(kernel, shape).getFirst();
  }

  /// The backend with the first number of threads.
  ///
  /// @return one of the backends under test
  public Backend backend() {
    return backends.getFirst();
  }

  @Override
  public void close() {
    backends.forEach(Backend::close);
  }

  /// Elements of an f32 tensor in row-major order, read without any kernel.
  static float[] read(Tensor x) {
    float[] values = new float[Math.toIntExact(x.shape().numel())];
    MemorySegment memory = x.segment();
    for (int n = 0; n < values.length; n++) {
      values[n] = memory.getAtIndex(ValueLayout.JAVA_FLOAT, offset(x, n));
    }
    return values;
  }

  /// Sets the elements of an f32 tensor in row-major order without any kernel.
  static Tensor write(Tensor x, double... values) {
    assertThat(values).as("test data for %s", x).hasSize((int) x.shape().numel());
    MemorySegment memory = x.segment();
    for (int n = 0; n < values.length; n++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, offset(x, n), (float) values[n]);
    }
    return x;
  }

  /// Distance in elements from the first element to element number `n` in row-major order.
  static long offset(Tensor x, long n) {
    if (x.isContiguous()) {
      return n;
    }
    long offset = 0;
    for (int axis = x.shape().rank() - 1; axis >= 0; axis--) {
      offset += n % x.shape().dim(axis) * x.stride(axis);
      n /= x.shape().dim(axis);
    }
    return offset;
  }

  private static List<float[]> runOn(Backend backend, Kernel kernel, Shape[] shapes) {
    Tensor[] guarded = new Tensor[shapes.length];
    Tensor[] out = new Tensor[shapes.length];
    for (int i = 0; i < shapes.length; i++) {
      guarded[i] = Tensor.empty(backend, Shape.of(shapes[i].numel() + 2 * GUARD));
      double[] unwritten = new double[(int) guarded[i].shape().numel()];
      Arrays.fill(unwritten, UNWRITTEN);
      write(guarded[i], unwritten);
      out[i] = guarded[i].strided(GUARD, shapes[i], shapes[i].contiguousStrides());
    }
    kernel.call(backend, out);
    List<float[]> results = new ArrayList<>();
    for (int i = 0; i < shapes.length; i++) {
      int[] all = bits(read(guarded[i]));
      for (int n = 0; n < all.length; n++) {
        boolean outside = n < GUARD || n >= all.length - GUARD;
        boolean untouched = all[n] == Float.floatToRawIntBits(UNWRITTEN);
        if (untouched != outside) {
          fail(
              "output %d %s, element %d is %s",
              i, shapes[i], n - GUARD, untouched ? "untouched" : "outside and written");
        }
      }
      results.add(read(out[i]));
    }
    return results;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
