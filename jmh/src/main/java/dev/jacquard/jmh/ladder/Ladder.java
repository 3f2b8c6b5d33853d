package dev.jacquard.jmh.ladder;

import dev.jacquard.jmh.Numbers;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Measures the rungs of a ladder. The parallel rung and the engine use all processors.
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
public abstract class Ladder {
  /// The engine, which also owns the memory.
  Backend backend;

  /// Starts the engine and prepares the ladder. (JMH does not say in which order it would call two
  /// such methods.)
  @Setup
  public final void open() {
    backend = Backends.byName("cpu", Runtime.getRuntime().availableProcessors());
    prepare();
  }

  /// Makes what the rungs need and checks that they agree.
  abstract void prepare();

  /// Gives memory and threads back.
  @TearDown
  public void close() {
    backend.close();
  }

  /// A tensor of [Numbers#uniform].
  Tensor uniform(long seed, long... sizes) {
    Shape shape = Shape.of(sizes);
    return Tensor.of(backend, shape, Numbers.uniform(seed, Math.toIntExact(shape.numel())));
  }

  /// Checks that two results agree in every element.
  static void requireEqual(String rung, float[] actual, float[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) { // NaN is wrong, too
        throw new AssertionError(
            "%s: element %d is %s; need %s within %s"
                .formatted(rung, i, actual[i], expected[i], tolerance));
      }
    }
  }
}
