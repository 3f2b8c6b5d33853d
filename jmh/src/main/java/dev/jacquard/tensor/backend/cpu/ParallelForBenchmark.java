package dev.jacquard.tensor.backend.cpu;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// What it costs to start a parallel loop and to see its end: a loop of one chunk for each of two
/// threads (`dispatch`) against the same chunk without a loop (`chunk`). The difference of the
/// medians (`p0.50`) is the cost, as long as it is shorter than a chunk: a caller whose worker
/// comes later runs both chunks itself.
///
/// `gapMicros` is the time between two loops: 0 as within a step, while the worker still spins;
/// 1000 after it has parked. In this package, since [ParallelFor] is nobody else's business.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseSerialGC"})
public class ParallelForBenchmark {
  private static final int THREADS = 2;
  private static final int TOKENS = 10_000; // about 20 us, longer than what is measured

  /// Microseconds between the end of a loop and the start of the next.
  @Param({"0", "20", "1000"})
  public int gapMicros;

  private ParallelFor parallel;

  /// Starts the worker and checks that each chunk runs once.
  @Setup
  public void setup() {
    parallel = new ParallelFor(THREADS);
    AtomicIntegerArray runs = new AtomicIntegerArray(THREADS);
    parallel.run(THREADS, runs::incrementAndGet);
    if (runs.get(0) != 1 || runs.get(1) != 1) {
      throw new AssertionError("parallel: chunks ran " + runs + " times; need once each");
    }
  }

  /// Lets the time between two loops pass.
  @Setup(Level.Invocation)
  public void pass() {
    long until = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(gapMicros);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  /// A loop of two chunks on two threads.
  @Benchmark
  public void dispatch() {
    parallel.run(THREADS, _ -> Blackhole.consumeCPU(TOKENS));
  }

  /// One of the chunks, by itself.
  @Benchmark
  public void chunk() {
    Blackhole.consumeCPU(TOKENS);
  }

  /// Ends the worker.
  @TearDown
  public void tearDown() {
    parallel.close();
  }
}
