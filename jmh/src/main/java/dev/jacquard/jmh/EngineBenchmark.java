package dev.jacquard.jmh;

import dev.jacquard.tensor.Tensor;
import dev.jacquard.tensor.backend.Backend;
import dev.jacquard.tensor.backend.Backends;
import dev.jacquard.tensor.shape.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/// A benchmark of the CPU backend: its threads, and JVMs with the options of the launcher.
/// Inherited since that is how JMH shares annotations (its sample 24).
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules",
      "jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseSerialGC",
      "-XX:Tier3DelayOn=1000"
    })
public abstract class EngineBenchmark {
  /// Computing threads.
  @Param({"1", "2"})
  public int threads;

  /// Who computes; open while the benchmark runs.
  protected Backend backend;

  /// Name of the method that will be measured.
  protected String measured;

  /// Starts the threads and prepares the benchmark. (JMH does not say in which order it would call
  /// two such methods.)
  ///
  /// @param params tell which benchmark will run
  @Setup
  public final void open(BenchmarkParams params) {
    backend = Backends.byName("cpu", threads);
    measured = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
    prepare();
  }

  /// Makes what the benchmark needs and checks what it computes.
  protected abstract void prepare();

  /// Gives memory and threads back.
  @TearDown
  public void close() {
    backend.close();
  }

  /// A tensor of [Numbers#uniform].
  ///
  /// @param seed chooses the numbers
  /// @param sizes its shape, fewer than 2³¹ elements
  /// @return a new f32 tensor
  protected Tensor uniform(long seed, long... sizes) {
    Shape shape = Shape.of(sizes);
    return Tensor.of(backend, shape, Numbers.uniform(seed, Math.toIntExact(shape.numel())));
  }

  /// A tensor of arbitrary contents, to be written.
  ///
  /// @param sizes its shape
  /// @return a new f32 tensor
  protected Tensor empty(long... sizes) {
    return Tensor.empty(backend, Shape.of(sizes));
  }
}
