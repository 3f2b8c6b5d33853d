package dev.jacquard.jmh.stream;

import dev.jacquard.jmh.EngineBenchmark;
import dev.jacquard.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/// Counts bytes instead of calls: one "operation" is a byte, so "ops/ns" are GB/s.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class StreamBenchmark extends EngineBenchmark {
  /// Elements of a tensor: 64 MiB, more than caches hold. Rows of odd width leave out a few.
  static final int COUNT = 1 << 24;

  /// Rows of a width that make up about [#COUNT] elements.
  static int rows(int width) {
    return COUNT / width;
  }

  /// An element of a result, to be checked.
  static float at(Tensor x, long index) {
    return x.segment().getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }
}
