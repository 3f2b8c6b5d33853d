package dev.jacquard.jmh;

import java.util.concurrent.TimeUnit;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A benchmark of libtorch with MKL and oneDNN, measured as an [EngineBenchmark] is.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"-Dorg.bytedeco.openblas.load=mkl", "--enable-native-access=ALL-UNNAMED"})
public abstract class TorchPeer {
  private static final int MKL = 3; // what blas_get_vendor answers

  /// Computing threads.
  @Param({"1", "2"})
  public int threads;

  /// Sets the number of threads of libtorch and of MKL, and checks that both took it.
  @Setup
  public void open() {
    useThreads(threads);
  }

  /// Sets the number of threads of libtorch and of MKL.
  ///
  /// @param threads how many
  /// @throws AssertionError if either did not take it, or matrix products are not MKL's
  public static void useThreads(int threads) {
    torch.set_num_threads(threads);
    openblas_nolapack.blas_set_num_threads(threads); // the library that stands in for it: MKL
    int vendor = openblas_nolapack.blas_get_vendor();
    int blasThreads = openblas_nolapack.blas_get_num_threads();
    if (vendor != MKL || blasThreads != threads || torch.get_num_threads() != threads) {
      throw new AssertionError(
          "BLAS %d with %d threads, libtorch with %d; need %d (MKL) and %d"
              .formatted(vendor, blasThreads, torch.get_num_threads(), MKL, threads));
    }
  }

  /// A tensor of [Numbers#uniform].
  ///
  /// @param seed chooses the numbers
  /// @param sizes its shape, fewer than 2³¹ elements
  /// @return a new f32 tensor
  protected static Tensor uniform(long seed, long... sizes) {
    long count = 1;
    for (long size : sizes) {
      count *= size;
    }
    return Tensor.create(Numbers.uniform(seed, Math.toIntExact(count))).reshape(sizes);
  }

  /// A tensor of arbitrary contents, to be written.
  ///
  /// @param sizes its shape
  /// @return a new f32 tensor
  protected static Tensor empty(long... sizes) {
    return torch.empty(sizes);
  }

  /// Copies numbers out.
  ///
  /// @param x contiguous, f32
  /// @return its elements in row-major order
  protected static float[] floats(Tensor x) {
    float[] values = new float[Math.toIntExact(x.numel())];
    x.data_ptr_float().get(values);
    return values;
  }
}
