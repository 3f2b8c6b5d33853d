package dev.jacquard.jmh.stream;

import dev.jacquard.jmh.TorchPeer;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Tensor;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/// Counts bytes, as [StreamBenchmark] does.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class StreamPeer extends TorchPeer {
  static final int COUNT = StreamBenchmark.COUNT;

  /// An element of a result, to be checked.
  static float at(Tensor x, long index) {
    return x.data_ptr_float().get(index);
  }

  /// The last row of a matrix.
  static float[] lastRow(Tensor x) {
    return floats(x.narrow(0, x.size(0) - 1, 1));
  }
}
