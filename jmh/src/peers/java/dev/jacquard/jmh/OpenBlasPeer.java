package dev.jacquard.jmh;

import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_full;
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

/// A benchmark of OpenBLAS, measured as an [EngineBenchmark] is.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public abstract class OpenBlasPeer {
  private static final String VERSION = "OpenBLAS 0.3.31";
  private static final int LINE = 64; // bytes

  /// Computing threads.
  @Param({"1", "2"})
  public int threads;

  /// Sets the number of threads, and checks that it is OpenBLAS, as it tunes itself.
  @Setup
  public void open() {
    openblas_full.openblas_set_num_threads(threads);
    int actual = openblas_full.openblas_get_num_threads();
    String config = openblas_full.openblas_get_config().getString();
    if (actual != threads || !config.startsWith(VERSION)) {
      throw new AssertionError(
          "%d threads of %s; need %d of %s".formatted(actual, config, threads, VERSION));
    }
    if (System.getenv("OPENBLAS_CORETYPE") != null) {
      throw new AssertionError("OPENBLAS_CORETYPE is set; unset it");
    }
  }

  /// Numbers in native memory, on a cache line of their own as the engine's are.
  ///
  /// @param values are copied
  /// @return an aligned pointer; never freed
  protected static FloatPointer pointer(float... values) {
    FloatPointer memory = new FloatPointer(values.length + LINE / Float.BYTES);
    memory.position((-memory.address() & (LINE - 1)) / Float.BYTES);
    return memory.put(values);
  }

  /// Copies numbers out of native memory.
  ///
  /// @param from where they are
  /// @param count how many
  /// @return a copy
  protected static float[] floats(FloatPointer from, int count) {
    float[] values = new float[count];
    from.get(values);
    return values;
  }
}
