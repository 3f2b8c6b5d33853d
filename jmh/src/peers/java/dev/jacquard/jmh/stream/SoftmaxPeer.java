package dev.jacquard.jmh.stream;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The forward pass of [SoftmaxBenchmark] by libtorch.
public class SoftmaxPeer extends StreamPeer {
  /// Elements of a row.
  @Param({"512", "997", "16384"})
  public int width;

  private Tensor x;
  private Tensor y;

  /// Fills the tensors and checks the last row.
  @Setup
  public void setup() {
    x = uniform(1, StreamBenchmark.rows(width), width);
    y = empty(StreamBenchmark.rows(width), width);
    SoftmaxBenchmark.checkSoftmax(lastRow(x), lastRow(softmax()));
  }

  /// Into memory that exists already.
  ///
  /// @return the result
  @Benchmark
  @OperationsPerInvocation(8 * COUNT)
  public Tensor softmax() {
    torch.softmax_out(y, x, 1).close(); // another handle of y
    return y;
  }
}
